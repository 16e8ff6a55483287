import { describe, expect, it } from 'vitest';

import type { Day, Mark } from './year';
import {
  calendarOf,
  clicked,
  editedOf,
  hoursTroubles,
  minuteOf,
  runsOf,
  runWords,
  standingOf,
  weeksOf,
} from './year';

const find = (year: number, month: number, day: number): Day => {
  const found = weeksOf(year, month)
    .flat()
    .find((one) => one?.day === day);
  if (!found) throw new Error(`${year}-${month}-${day}`);
  return found;
};

describe('a year', () => {
  it('has its days under their day of the week', () => {
    // 1 January 2026 is a Thursday, and 2028 has a leap day.
    const january = weeksOf(2026, 1);
    expect(january[0]?.map((day) => day?.day ?? 0)).toEqual([0, 0, 0, 1, 2, 3, 4]);
    expect(january.flat().filter((day) => day !== null)).toHaveLength(31);
    expect(weeksOf(2028, 2).flat().filter(Boolean)).toHaveLength(29);
    expect(weeksOf(2027, 2).flat().filter(Boolean)).toHaveLength(28);
    expect(find(2026, 1, 3).isWeekend).toBe(true);
    expect(find(2026, 1, 5)).toEqual({ date: '2026-01-05', day: 5, isWeekend: false });
  });
});

it('makes a working day a holiday and a weekend a working day, and back', () => {
  const [thursday, sunday] = [find(2026, 10, 1), find(2026, 9, 20)];
  const none = new Map<string, Mark>();
  const once = clicked(sunday, clicked(thursday, none));
  expect([standingOf(thursday, once), standingOf(sunday, once)]).toEqual(['holiday', 'extra']);
  const back = clicked(sunday, clicked(thursday, once));
  expect(back.size).toBe(0);
  expect([standingOf(thursday, back), standingOf(sunday, back)]).toEqual(['work', 'rest']);
});

it('keeps a weekend within a holiday that has a note', () => {
  const saturday = find(2026, 10, 3);
  const changed = new Map([['2026-10-03', { is_working: false, note: '国庆节' }]]);
  expect(standingOf(saturday, changed)).toBe('rest');
  const worked = clicked(saturday, changed);
  expect(worked.get('2026-10-03')).toEqual({ is_working: true, note: '国庆节' });
});

it('writes what it read', () => {
  const calendar = {
    hours: [{ from_minute: 510, to_minute: 720 }],
    days: [
      { date: '2026-09-20', is_working: true, note: '调休' },
      { date: '2026-10-01', is_working: false, note: '国庆节' },
    ],
  };
  const edited = editedOf(calendar);
  expect(edited.hours).toEqual([{ from: '08:30', to: '12:00' }]);
  expect(calendarOf(edited)).toEqual(calendar);
});

it('says which hours are none', () => {
  expect([minuteOf('8:30'), minuteOf('24:00'), minuteOf('24:01'), minuteOf('8.30')]).toEqual([
    510,
    1440,
    null,
    null,
  ]);
  const spans = [
    { from: '08:30', to: '12:00' },
    { from: '11:00', to: '17:30' },
    { from: '18:00', to: '18:00' },
    { from: '下午', to: '17:00' },
  ];
  expect(hoursTroubles(spans).map((it) => it !== null)).toEqual([false, true, true, true]);
});

it('tells days that follow each other as one', () => {
  const day = (note: string, is_working = false) => ({ is_working, note });
  const runs = runsOf(
    new Map([
      ['2026-10-02', day('国庆节')],
      ['2026-10-01', day('国庆节')],
      ['2026-10-04', day('国庆节')],
      ['2026-09-30', day('调休', true)],
    ]),
  );
  expect(runs.map(runWords)).toEqual(['9月30日', '10月1日—10月2日，2 天', '10月4日']);
});
