/** Which households are shown, as the address says it. Pure. */
import type { HouseholdsOf } from '../../api/households';
import { placeOf } from '../../api/listed';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  /** Code of an organization; empty: all one works on. */
  in: 'text',
  /** A name, or how it is read: of the household or of somebody who lives there. */
  q: 'text',
  has: ['all', 'tv', 'no_tv', 'nobody'],
} as const;

export type HouseholdFilters = Filters<typeof FILTERS>;
export type Has = HouseholdFilters['has'];

export const HAS: Record<Has, string> = {
  all: '全部',
  tv: '有电视',
  no_tv: '没电视',
  nobody: '没有人',
};

export function whichOf(filters: HouseholdFilters): HouseholdsOf {
  const { has } = filters;
  return { ...placeOf(filters), only: has === 'all' ? undefined : has };
}
