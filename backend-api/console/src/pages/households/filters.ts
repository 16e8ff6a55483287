/** Which households are shown, as the address says it. Pure. */
import type { Household, Organization } from '../../api/types';
import type { Filters } from '../../kit/address/address';
import { idsBelow } from '../../kit/organizations/tree';
import { isFound } from '../../words/pinyin';

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

const HAS_IT: Record<Has, (household: Household) => boolean> = {
  all: () => true,
  tv: ({ terminal_id }) => (terminal_id ?? null) !== null,
  no_tv: ({ terminal_id }) => (terminal_id ?? null) === null,
  nobody: ({ members }) => members.length === 0,
};

/** What the server cannot choose by; `null`: nothing is chosen. */
export function chosen(filters: HouseholdFilters, organizations: readonly Organization[]) {
  const { in: code, q, has } = filters;
  if (code === '' && q.trim() === '' && has === 'all') return null;
  const within = code === '' ? null : idsBelow(organizations, code);
  return {
    name: `${code} ${has} ${q.trim()}`,
    is: (household: Household) =>
      (within === null || within.has(household.organization.id)) &&
      HAS_IT[has](household) &&
      (isFound(household.name, q) || household.members.some(({ name }) => isFound(name, q))),
  };
}
