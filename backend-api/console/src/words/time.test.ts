import { describe, expect, it } from 'vitest';

import {
  day,
  elapsed,
  length,
  minuteWords,
  moment,
  startOfDay,
  startOfWeek,
  waiting,
  weekday,
} from './time';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOW = at('2026-11-25T15:30:00'); // a Wednesday

describe('days', () => {
  it.each([
    ['2026-11-25T00:00:00', '今天'],
    ['2026-11-25T23:59:59', '今天'],
    ['2026-11-26T00:00:00', '明天'],
    ['2026-11-24T23:59:59', '昨天'],
    ['2026-11-28T09:00:00', '11月28日'],
    ['2027-01-03T09:00:00', '2027年1月3日'],
    ['2025-12-31T09:00:00', '2025年12月31日'],
  ])('%s is %s', (text, words) => expect(day(at(text), NOW)).toBe(words));

  it('say the clock with the day', () =>
    expect(moment(at('2026-11-26T08:05:00'), NOW)).toBe('明天 08:05'));

  it('say the year where it may be what is wrong', () =>
    expect(minuteWords(at('2027-01-03T08:05:00'))).toBe('2027年1月3日 08:05'));

  it('begin at midnight, weeks on Monday', () => {
    expect(startOfDay(NOW)).toBe(at('2026-11-25T00:00:00'));
    expect(startOfWeek(NOW)).toBe(at('2026-11-23T00:00:00'));
    expect(startOfWeek(at('2026-11-29T23:00:00'))).toBe(at('2026-11-23T00:00:00'));
    expect(startOfWeek(at('2026-11-30T00:00:00'))).toBe(at('2026-11-30T00:00:00'));
    expect(weekday(at('2026-11-29T12:00:00'))).toBe('周日');
  });
});

describe('durations', () => {
  it.each([
    [-5000, '00:00'],
    [0, '00:00'],
    [187_999, '03:07'],
    [3_599_999, '59:59'],
    [3_787_000, '1:03:07'],
    [36_000_000, '10:00:00'],
  ])('%d ms run as %s', (ms, words) => expect(elapsed(ms)).toBe(words));

  it.each([
    [45_000, '45 秒'],
    [59_999, '60 秒'],
    [60_000, '1 分钟'],
    [3_600_000, '1 小时'],
    [5_400_000, '1 小时 30 分钟'],
  ])('%d ms last %s', (ms, words) => expect(length(ms)).toBe(words));

  it.each([
    [-2000, '刚举手'],
    [4999, '刚举手'],
    [42_000, '等了 42 秒'],
    [200_000, '等了 3 分钟'],
    [7_300_000, '等了 2 小时'],
  ])('a hand that is up for %d ms: %s', (ms, words) => expect(waiting(NOW - ms, NOW)).toBe(words));
});
