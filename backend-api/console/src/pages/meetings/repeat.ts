/** Meetings that are held again and again, in words and for the server. Pure. */
import type { Every, Repeat, SeriesDay, SeriesPlan, StaffMeeting } from '../../api/types';
import { momentOf } from '../../kit/china_calendar';
import { clock, dateInChina, minuteWords, weekday } from '../../words/time';
import type { Fields } from './draft';

/** The most meetings of a series: once a week for a year. */
export const MOST_TIMES = 53;

type Place = NonNullable<StaffMeeting['series']>;

const EVERY: Record<Every, string> = {
  week: '每周',
  two_weeks: '每两周',
  month_day: '每月同一天',
  month_weekday: '每月同一个星期几',
};

const NTH = ['第一个', '第二个', '第三个', '第四个', '最后一个'] as const;

/** The rules there are for a meeting that begins then, each with its day in words. */
export function rules(starts_at_ms: number): { value: Every | 'once'; label: string }[] {
  const date = Number(dateInChina(starts_at_ms).slice(8));
  const nth = NTH[Math.floor((date - 1) / 7)] ?? '';
  const on = weekday(starts_at_ms);
  const shorter = date > 28 ? `（没有 ${date} 日的月份在月末那天）` : '';
  return [
    { value: 'once', label: '不重复' },
    { value: 'week', label: `每周，${on}` },
    { value: 'two_weeks', label: `每两周，${on}` },
    { value: 'month_day', label: `每月 ${date} 日${shorter}` },
    { value: 'month_weekday', label: `每月${nth}${on}` },
  ];
}

/** `每周，第 3 场，共 12 场` */
export function placeWords({ every, number, of }: Place): string {
  return `${EVERY[every]}，第 ${number} 场，共 ${of} 场`;
}

/** Whether there may be others after it. */
export function hasFollowing({ series }: StaffMeeting): boolean {
  return series != null && series.number < series.of;
}

type Rule = Pick<Fields, 'every' | 'ends' | 'times' | 'until'>;

/** What the server is asked; `undefined` while it is held once, or something is not filled in rightly. */
export function repeatOf({ every, ends, times, until }: Rule): Repeat | undefined {
  if (every === undefined || every === 'once') return undefined;
  if (ends === 'until') {
    return until ? { every, until: dateInChina(momentOf(until)) } : undefined;
  }
  const right = typeof times === 'number' && times >= 2 && times <= MOST_TIMES;
  return right ? { every, times } : undefined;
}

/** `2026年10月1日 周四 09:00` */
export function startWords(ms: number): string {
  const [day = '', time = ''] = minuteWords(ms).split(' ');
  return `${day} ${weekday(ms)} ${time}`;
}

/** Days that nobody works on. */
export function freeDays({ days }: SeriesPlan): SeriesDay[] {
  return days.filter(({ free }) => free != null);
}

/** `10月1日 周四（国庆节）→ 10月8日 周四`: what moving it means. */
export function moveWords({ starts_at_ms, free, moved_to_ms }: SeriesDay): string {
  const from = `${startWords(starts_at_ms)}（${free ?? ''}）`;
  return moved_to_ms == null
    ? `${from}，一个月内没有别的工作日可移`
    : `${from}，移到 ${startWords(moved_to_ms)}`;
}

/** Those of the chosen that the plan still has to move. */
export function stillMoved(moved: readonly number[] | undefined, plan: SeriesPlan): number[] {
  const may = new Set(
    plan.days.filter((day) => day.moved_to_ms != null).map((day) => day.starts_at_ms),
  );
  return (moved ?? []).filter((one) => may.has(one));
}

/** When each begins, with those moved that are chosen, the first first. */
export function starts(plan: SeriesPlan, moved: readonly number[]): number[] {
  return plan.days
    .map((day) =>
      day.moved_to_ms != null && moved.includes(day.starts_at_ms)
        ? day.moved_to_ms
        : day.starts_at_ms,
    )
    .sort((a, b) => a - b);
}

/** What is said of a plan in one line: how many, from when to when. */
export function planWords(plan: SeriesPlan, moved: readonly number[]): string {
  const all = starts(plan, moved);
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined) return '';
  return `一共 ${all.length} 场，从 ${startWords(first)} 到 ${startWords(last)}，都在 ${clock(first)} 开始。`;
}
