import { expect, it } from 'vitest';

import type { SeriesPlan, StaffMeeting } from '../../api/types';
import { onCalendar } from '../../kit/china_calendar';
import {
  freeDays,
  hasFollowing,
  moveWords,
  placeWords,
  planWords,
  repeatOf,
  rules,
  starts,
  startWords,
  stillMoved,
} from './repeat';

const at = (text: string) => new Date(`${text}+08:00`).getTime();

it('names the day of each rule', () => {
  const labels = (text: string) => rules(at(text)).map(({ label }) => label);
  expect(labels('2026-11-18T09:00')).toEqual([
    '不重复',
    '每周，周三',
    '每两周，周三',
    '每月 18 日',
    '每月第三个周三',
  ]);
  // Still the thirtieth of the month in China, and the fifth Monday.
  expect(labels('2026-11-30T00:30').slice(3)).toEqual([
    '每月 30 日（没有 30 日的月份在月末那天）',
    '每月最后一个周一',
  ]);
});

it('asks the server for one end', () => {
  const until = onCalendar(at('2026-12-31T00:00'));
  expect(repeatOf({ every: 'week', ends: 'times', times: 5, until })).toEqual({
    every: 'week',
    times: 5,
  });
  expect(repeatOf({ every: 'month_day', ends: 'until', times: 5, until })).toEqual({
    every: 'month_day',
    until: '2026-12-31',
  });
  for (const none of [
    {},
    { every: 'once', ends: 'times', times: 5 },
    { every: 'week', ends: 'times', times: null },
    { every: 'week', ends: 'times', times: 54 },
    { every: 'week', ends: 'until', until: null },
  ] as const) {
    expect(repeatOf(none)).toBeUndefined();
  }
});

const plan: SeriesPlan = {
  days: [
    { starts_at_ms: at('2026-09-24T09:00') },
    {
      starts_at_ms: at('2026-10-01T09:00'),
      free: '国庆节',
      moved_to_ms: at('2026-10-09T09:00'),
    },
    { starts_at_ms: at('2026-10-08T09:00'), free: '补休', moved_to_ms: null },
  ],
  unknown_years: [],
};

it('shows what is free, and moves what is chosen', () => {
  expect(freeDays(plan).map(moveWords)).toEqual([
    '2026年10月1日 周四 09:00（国庆节），移到 2026年10月9日 周五 09:00',
    '2026年10月8日 周四 09:00（补休），一个月内没有别的工作日可移',
  ]);
  const first = at('2026-10-01T09:00');
  expect(stillMoved([first, at('2026-10-08T09:00'), 7], plan)).toEqual([first]);
  expect(stillMoved(undefined, plan)).toEqual([]);
  expect(starts(plan, [first]).map(startWords)).toEqual([
    '2026年9月24日 周四 09:00',
    '2026年10月8日 周四 09:00',
    '2026年10月9日 周五 09:00',
  ]);
  expect(planWords(plan, [])).toBe(
    '一共 3 场，从 2026年9月24日 周四 09:00 到 2026年10月8日 周四 09:00，都在 09:00 开始。',
  );
});

it('says where one stands in its series', () => {
  const series = { id: 's', every: 'two_weeks', number: 3, of: 12 } as const;
  expect(placeWords(series)).toBe('每两周，第 3 场，共 12 场');
  const one = (number: number) => ({ series: { ...series, number } }) as unknown as StaffMeeting;
  expect(hasFollowing(one(11))).toBe(true);
  expect(hasFollowing(one(12))).toBe(false);
  expect(hasFollowing({ series: null } as unknown as StaffMeeting)).toBe(false);
});
