import { expect, it } from 'vitest';

import type { HouseholdChoice } from '../../api/types';
import { codeOf, lacking, named, NOTHING, requestOf } from './enrol';
import type { Choosing } from './enrol';

const SEVEN: HouseholdChoice = {
  id: 'h7',
  name: '7 号',
  organization: { id: 'c7', name: '石桥村' },
  organization_code: 'C07',
  members: [{ id: 'm', name: '秦素云' }],
  awaited: false,
};
const HERE: Choosing = { ...NOTHING, place: { code: 'QH', name: '清河镇' } };

it('reads a code however it is typed', () => {
  for (const typed of ['48271639', '4827-1639', '4827 1639', '４８２７－１６３９']) {
    expect([typed, codeOf(typed)]).toEqual([typed, '4827-1639']);
  }
  expect(['4827163', '482716390', '4827-163x', ''].map(codeOf)).toEqual([null, null, null, null]);
});

it('says what is lacking, one thing after the other', () => {
  expect(lacking(NOTHING)).toContain('哪个村');
  expect(lacking(HERE)).toContain('哪一户');
  expect(lacking({ ...HERE, household: SEVEN })).toBeNull();
  // Without a household it has no name by itself.
  expect(lacking({ ...HERE, later: true })).toContain('名称');
  expect(lacking({ ...HERE, later: true, name: '新电视' })).toBeNull();
  expect(lacking({ ...HERE, kind: 'station' })).toBeNull();
});

it('never takes a TV away from a household unless that was agreed', () => {
  for (const taken of [{ terminal: { id: 't', name: '旧' } }, { awaited: true }]) {
    const choosing = { ...HERE, household: { ...SEVEN, ...taken } };
    expect(lacking(choosing)).toContain('换掉');
    expect(requestOf(choosing)).toBeNull();
    expect(requestOf({ ...choosing, replaces: true })).toMatchObject({ replace_tv: true });
  }
});

it('asks for the village of the household, by its name unless another is written', () => {
  expect(requestOf({ ...HERE, household: SEVEN })).toEqual({
    organization_code: 'C07',
    kind: 'household',
    name: '石桥村 7 号',
    household_id: 'h7',
    replace_tv: false,
  });
  expect(requestOf({ ...HERE, kind: 'station', household: SEVEN, name: ' 大会议室 ' })).toEqual({
    organization_code: 'QH',
    kind: 'station',
    name: '大会议室',
  });
  expect(named({ ...HERE, kind: 'signage' })).toBe('清河镇 标牌');
});
