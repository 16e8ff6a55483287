import { expect, it } from 'vitest';

import { lastMonths, monthAt, monthsUntil, monthWords, shortMonth, spanOf } from './months';

const at = (text: string) => new Date(`${text}+08:00`).getTime();

it('begins months at midnight in China', () => {
  expect(spanOf('2026-11')).toEqual({
    from_ms: at('2026-11-01T00:00:00'),
    until_ms: at('2026-12-01T00:00:00'),
  });
  expect(spanOf('2027-12')?.until_ms).toBe(at('2028-01-01T00:00:00'));
  expect(spanOf('2028-02')).toEqual({
    from_ms: at('2028-02-01T00:00:00'),
    until_ms: at('2028-03-01T00:00:00'),
  });
});

it('knows in which month a moment is there', () => {
  expect(monthAt(at('2026-12-01T00:00:00'))).toBe('2026-12');
  expect(monthAt(at('2026-11-30T23:59:59'))).toBe('2026-11');
});

it('goes back over the turn of the year, also from a long month', () => {
  expect(lastMonths(at('2027-03-31T12:00:00'), 4)).toEqual([
    '2027-03',
    '2027-02',
    '2027-01',
    '2026-12',
  ]);
});

it.each(['', '2026-13', '2026-00', '26-1', '2026-11-01'])('takes %j for no month', (text) =>
  expect(spanOf(text)).toBeNull(),
);

it('reads a month', () => expect(monthWords('2026-03')).toBe('2026年3月'));

it('counts up to a month that is chosen', () => {
  expect(monthsUntil('2027-01', 3)).toEqual(['2026-11', '2026-12', '2027-01']);
  expect(monthsUntil('nothing', 3)).toEqual([]);
  expect(shortMonth('2026-03')).toBe('3月');
});
