import { expect, it } from 'vitest';

import { chinaCalendar, momentOf, onCalendar } from './china_calendar';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const FORMAT = 'YYYY年M月D日 HH:mm';

// The tests run in a zone with summer time: on 2026-03-08 there is no 02:30 in it, and on 2026-11-01
// there are two of 01:30.
it.each([
  ['2026-11-28T09:00', '2026年11月28日 09:00'],
  ['2026-03-08T02:30', '2026年3月8日 02:30'],
  ['2026-11-01T01:30', '2026年11月1日 01:30'],
  ['2027-01-01T00:00', '2027年1月1日 00:00'],
  ['2026-12-31T23:55', '2026年12月31日 23:55'],
])('%s is shown and typed as %s', (text, words) => {
  const value = onCalendar(at(text));
  expect(chinaCalendar.locale.format('zh_CN', value, FORMAT)).toBe(words);
  expect(momentOf(value)).toBe(at(text));
  const typed = chinaCalendar.locale.parse('zh_CN', words, [FORMAT]);
  expect(typed && momentOf(typed)).toBe(at(text));
});

it('sets and counts in the time of China', () => {
  const { addDate, addMonth, setDate, setHour, setMinute, getDate, getHour, getWeekDay } =
    chinaCalendar;
  const value = onCalendar(at('2026-11-28T23:30'));
  expect([getDate(value), getHour(value), getWeekDay(value)]).toEqual([28, 23, 6]);
  expect(momentOf(setHour(value, 0))).toBe(at('2026-11-28T00:30'));
  expect(momentOf(setMinute(setDate(value, 30), 5))).toBe(at('2026-11-30T23:05'));
  expect(momentOf(addDate(value, 1))).toBe(at('2026-11-29T23:30'));
  expect(momentOf(addMonth(value, 4))).toBe(at('2027-03-28T23:30'));
  // Across the day on which the clocks are put forward where the browser is.
  const march = onCalendar(at('2026-03-07T02:30'));
  expect(momentOf(addDate(march, 1))).toBe(at('2026-03-08T02:30'));
  expect(momentOf(chinaCalendar.getFixedDate('1990-09-03'))).toBe(at('1990-09-03T00:00'));
});

it('knows what time it is in China', () => {
  const before = Date.now();
  const now = momentOf(chinaCalendar.getNow());
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

it('takes nothing that is no date', () => {
  expect(chinaCalendar.locale.parse('zh_CN', '2026年2月30日 09:00', [FORMAT])).toBeNull();
  expect(chinaCalendar.locale.parse('zh_CN', '明天', [FORMAT])).toBeNull();
});
