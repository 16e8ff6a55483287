import { expect, it } from 'vitest';

import type { Household, Organization } from '../../api/types';
import { chosen } from './filters';
import type { HouseholdFilters } from './filters';

const NONE: HouseholdFilters = { in: '', q: '', has: 'all' };
const TREE: Organization[] = [
  { id: 'qh', parent_id: null, kind: 'township', code: 'QH', name: '清河镇' },
  { id: 'c7', parent_id: 'qh', kind: 'village', code: 'C07', name: '石桥村' },
  { id: 'c8', parent_id: 'qh', kind: 'village', code: 'C08', name: '柳林村' },
];
const HOUSEHOLD: Household = {
  id: 'h',
  organization: { id: 'c7', name: '石桥村' },
  name: '3 号',
  members: [{ id: 'm', name: '秦素云' }],
  version: 1,
};
const is = (change: Partial<HouseholdFilters>, household = HOUSEHOLD) =>
  chosen({ ...NONE, ...change }, TREE)?.is(household);

it('looks through nothing while nothing is chosen', () => {
  expect(chosen(NONE, TREE)).toBeNull();
});

it('chooses by place, by words and by what there is', () => {
  expect([is({ in: 'QH' }), is({ in: 'C07' }), is({ in: 'C08' })]).toEqual([true, true, false]);
  expect([is({ q: 'qin' }), is({ q: '素云' }), is({ q: '3' }), is({ q: '王' })]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect([is({ has: 'tv' }), is({ has: 'no_tv' }), is({ has: 'nobody' })]).toEqual([
    false,
    true,
    false,
  ]);
  expect(is({ has: 'tv' }, { ...HOUSEHOLD, terminal_id: 't' })).toBe(true);
  expect(is({ has: 'nobody' }, { ...HOUSEHOLD, members: [] })).toBe(true);
});
