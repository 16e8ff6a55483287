/** A year as months of days, and what a click makes of a day. Pure; days are ISO 8601 dates. */
import type { WorkCalendar, WorkHours } from '../../api/types';

/** Days that are not what their day of the week says. */
export type Changed = ReadonlyMap<string, Mark>;

/** What is kept of a day. */
export interface Mark {
  is_working: boolean;
  /** What it is: 国庆节. */
  note: string;
}

export interface Day {
  date: string;
  day: number;
  isWeekend: boolean;
}

const iso = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Monday is 0. A date names no time, so no zone has a say. */
const weekday = (year: number, month: number, day: number) =>
  (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;

/** The weeks of a month, Monday first; `null`: a day of another month. */
export function weeksOf(year: number, month: number): (Day | null)[][] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const cells: (Day | null)[] = Array.from({ length: weekday(year, month, 1) }, () => null);
  for (let day = 1; day <= length; day += 1) {
    cells.push({ date: iso(year, month, day), day, isWeekend: weekday(year, month, day) > 4 });
  }
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** How a day is worked. */
export type Standing = 'work' | 'rest' | 'holiday' | 'extra';

export function standingOf({ date, isWeekend }: Day, changed: Changed): Standing {
  const one = changed.get(date);
  if (one === undefined) return isWeekend ? 'rest' : 'work';
  // One that says what its day of the week says anyway is kept for its note.
  if (one.is_working) return isWeekend ? 'extra' : 'work';
  return isWeekend ? 'rest' : 'holiday';
}

export const STANDING: Record<Standing, string> = {
  work: '上班',
  rest: '周末',
  holiday: '放假',
  extra: '调休上班',
};

/** The day after a click: a working day becomes a holiday, a weekend is worked, and back. */
export function clicked(day: Day, changed: Changed): Map<string, Mark> {
  const after = new Map(changed);
  const standing = standingOf(day, changed);
  if (standing === 'holiday' || standing === 'extra') after.delete(day.date);
  else {
    const note = changed.get(day.date)?.note ?? '';
    after.set(day.date, { is_working: standing === 'rest', note });
  }
  return after;
}

/** What is edited of a year. */
export interface Edited {
  changed: Changed;
  /** `08:30` to `12:00`; none: the usual hours. */
  hours: readonly Span[];
}

export interface Span {
  from: string;
  to: string;
}

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Minutes after midnight; `null`: no time. */
export function minuteOf(text: string): number | null {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  const good = found !== null && minute < 60 && hour * 60 + minute <= 1440;
  return good ? hour * 60 + minute : null;
}

/** The usual ones, as the server counts if none are written. */
export const USUAL: readonly Span[] = [
  { from: '08:30', to: '12:00' },
  { from: '14:00', to: '17:30' },
];

export function editedOf({ hours = [], days = [] }: WorkCalendar): Edited {
  return {
    changed: new Map(
      days.map(({ date, is_working, note = '' }) => [date, { is_working, note }] as const),
    ),
    hours: hours.map(({ from_minute, to_minute }) => ({
      from: clock(from_minute),
      to: clock(to_minute),
    })),
  };
}

/** What is wrong with the hours, each by its place. */
export function hoursTroubles(hours: readonly Span[]): (string | null)[] {
  let before = 0;
  return hours.map(({ from, to }) => {
    const [begins, ends] = [minuteOf(from), minuteOf(to)];
    if (begins === null || ends === null) return '请写成 08:30 的样子';
    if (begins >= ends) return '开始要早于结束';
    if (begins < before) return '要晚于前一段的结束';
    before = ends;
    return null;
  });
}

export function calendarOf({ changed, hours }: Edited): WorkCalendar {
  return {
    hours: hours.map(({ from, to }): WorkHours => ({
      from_minute: minuteOf(from) ?? 0,
      to_minute: minuteOf(to) ?? 0,
    })),
    days: [...changed]
      .map(([date, one]) => ({ date, ...one, note: one.note.trim() }))
      .sort((a, b) => a.date.localeCompare(b.date)),
  };
}

/** Days that follow each other and are worked alike, with one note: a holiday is written once. */
export interface Run {
  dates: string[];
  is_working: boolean;
  note: string;
}

const DAY_MS = 86_400_000;

export function runsOf(changed: Changed): Run[] {
  const runs: Run[] = [];
  const days = [...changed].sort(([a], [b]) => a.localeCompare(b));
  for (const [date, { is_working, note }] of days) {
    const last = runs[runs.length - 1];
    const before = last?.dates[last.dates.length - 1];
    const follows = before !== undefined && Date.parse(date) - Date.parse(before) === DAY_MS;
    if (last && follows && last.is_working === is_working && last.note === note) {
      last.dates.push(date);
    } else runs.push({ dates: [date], is_working, note });
  }
  return runs;
}

const spoken = (date: string) => `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;

/** `10月1日—10月7日，7 天` */
export function runWords({ dates }: Run): string {
  const [first = '', last = ''] = [dates[0], dates[dates.length - 1]];
  return dates.length === 1
    ? spoken(first)
    : `${spoken(first)}—${spoken(last)}，${dates.length} 天`;
}
