/** Attendance by branch and month, summed from roll calls: of figures alone, no name is read for it. Pure. */
import type { Counts, OrganizationCounts, RollCall } from '../../api/types';
import { DAY } from '../../words/time';
import { sum } from '../roll_calls/rules';
import type { Month } from './months';
import { monthAt } from './months';

/** A roll call can be planned so far ahead of its opening. */
const AHEAD = 366 * DAY;

/** When something with such an id was made, Unix ms; NaN for an id of another kind (UUIDv7 has the time). */
export function madeAt(id: string): number {
  const digits = id.replaceAll('-', '');
  return /^[0-9a-f]{12}7[0-9a-f]{19}$/i.test(digits)
    ? Number.parseInt(digits.slice(0, 12), 16)
    : NaN;
}

/** Whether all that was made before this one opened before a moment. */
export function isOlder({ id }: Pick<RollCall, 'id'>, from_ms: number): boolean {
  return madeAt(id) < from_ms - AHEAD;
}

/** Those that count: over, and opened within the span. One belongs to the month in which it opened. */
export function countedIn(
  rollCalls: readonly RollCall[],
  from_ms: number,
  until_ms: number,
): RollCall[] {
  return rollCalls.filter(({ state, opened_at_ms: at }) => {
    return state === 'closed' && at != null && from_ms <= at && at < until_ms;
  });
}

/** Of each month how many roll calls there were, and the figures of each branch by its id. */
export interface MonthFigures {
  rollCalls: number;
  branches: ReadonlyMap<string, OrganizationCounts>;
}

/** What roll calls of several months come to, within some organizations. */
export function byMonth(
  rollCalls: readonly { opened_at_ms?: number | null; branches: readonly OrganizationCounts[] }[],
  within: ReadonlySet<string>,
): ReadonlyMap<Month, MonthFigures> {
  const months = new Map<Month, { rollCalls: number; branches: Map<string, OrganizationCounts> }>();
  for (const { opened_at_ms, branches } of rollCalls) {
    const own = branches.filter(({ organization }) => within.has(organization.id));
    // One that called nobody of them is none of theirs.
    if (opened_at_ms == null || own.length === 0) continue;
    const month = monthAt(opened_at_ms);
    const found = months.get(month) ?? {
      rollCalls: 0,
      branches: new Map<string, OrganizationCounts>(),
    };
    found.rollCalls += 1;
    for (const one of own) {
      const before = found.branches.get(one.organization.id);
      found.branches.set(one.organization.id, {
        organization: one.organization,
        counts: sum(before ? [before, one] : [one]),
      });
    }
    months.set(month, found);
  }
  return months;
}

/** All branches of a month together. */
export function totalOf(month: MonthFigures | undefined): Counts {
  return sum(month ? [...month.branches.values()] : []);
}
