import { expect, it } from 'vitest';

import type { OrganizationCounts, RollCall } from '../../api/types';
import { DAY } from '../../words/time';
import { byMonth, countedIn, isOlder, madeAt, totalOf } from './attendance';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOVEMBER = at('2026-11-26T09:00:00');
const OCTOBER = at('2026-10-31T23:59:00');

const figures = (id: string, present: number, eligible: number): OrganizationCounts => ({
  organization: { id, name: id },
  counts: {
    eligible,
    exempt: 0,
    present,
    late: 0,
    leave: 0,
    to_verify: 0,
    missing: eligible - present,
    guests: 0,
    rate_bp: Math.round((present / eligible) * 10_000),
  },
});

it('knows when something was made by its id', () => {
  expect(madeAt('019aac3d-7c00-7000-8000-000000000000')).toBe(0x019aac3d7c00);
  // Another kind of id says nothing, and nothing is taken for old.
  expect(madeAt('019aac3d-7c00-4000-8000-000000000000')).toBeNaN();
  expect(isOlder({ id: 'x' }, NOVEMBER)).toBe(false);
});

it('looks back as far as one can be planned ahead', () => {
  const id = '019aac3d-7c00-7000-8000-000000000000';
  const made = madeAt(id);
  expect(isOlder({ id }, made + 366 * DAY)).toBe(false);
  expect(isOlder({ id }, made + 366 * DAY + 1)).toBe(true);
});

it('counts what opened in the span and is over', () => {
  const one = (state: RollCall['state'], opened_at_ms: number | null) =>
    ({ state, opened_at_ms }) as RollCall;
  const from = at('2026-11-01T00:00:00');
  const until = at('2026-12-01T00:00:00');
  expect(countedIn([one('closed', from)], from, until)).toHaveLength(1);
  expect(countedIn([one('closed', from - 1), one('closed', until)], from, until)).toEqual([]);
  expect(
    countedIn([one('open', from), one('cancelled', from), one('scheduled', null)], from, until),
  ).toEqual([]);
});

it('sums branch by branch in the month in which they opened, in China', () => {
  const months = byMonth(
    [
      { opened_at_ms: NOVEMBER, branches: [figures('a', 8, 10), figures('b', 1, 4)] },
      { opened_at_ms: NOVEMBER + 1, branches: [figures('a', 5, 10), figures('else', 9, 9)] },
      { opened_at_ms: OCTOBER, branches: [figures('a', 10, 10)] },
      { opened_at_ms: NOVEMBER, branches: [figures('else', 9, 9)] },
    ],
    new Set(['a', 'b']),
  );
  expect([...months.keys()].sort()).toEqual(['2026-10', '2026-11']);
  const november = months.get('2026-11');
  expect(november?.rollCalls).toBe(2);
  expect(november?.branches.get('a')?.counts).toMatchObject({
    present: 13,
    eligible: 20,
    rate_bp: 6500,
  });
  expect(november?.branches.has('else')).toBe(false);
  expect(totalOf(november)).toMatchObject({ present: 14, eligible: 24, rate_bp: 5833 });
  expect(totalOf(undefined).rate_bp).toBeNull();
});
