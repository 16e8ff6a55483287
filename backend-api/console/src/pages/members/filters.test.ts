import { expect, it } from 'vitest';

import type { Member } from '../../api/types';
import { chosen, isWhole, typedAs } from './filters';
import type { MemberFilters } from './filters';

const TODAY = '2026-11-30';
const NONE: MemberFilters = { in: '', q: '', status: 'all', who: 'here' };
const member = (change: Partial<Member> = {}): Member => ({
  id: 'm',
  version: 1,
  organization: { id: 'o', name: '石桥村' },
  name: '秦素云',
  status: 'full',
  pin_set: true,
  updated_at_ms: 0,
  ...change,
});

it('leaves to the server what it can choose', () => {
  expect(chosen(NONE, TODAY)).toMatchObject({ which: { left: false }, only: null });
  const { which, only } = chosen({ ...NONE, in: 'C07', q: ' 秦 ', status: 'activist' }, TODAY);
  expect(which).toEqual({ organization: 'C07', name: '秦', status: 'activist', left: false });
  expect(only).toBeNull();
});

it('looks for pinyin and the end of a telephone number itself', () => {
  const pinyin = chosen({ ...NONE, q: 'qsy' }, TODAY);
  expect(pinyin.which.name).toBeUndefined();
  expect(pinyin.only?.is(member())).toBe(true);
  expect(pinyin.only?.is(member({ name: '王芳' }))).toBe(false);
  const tail = chosen({ ...NONE, q: '0311' }, TODAY);
  expect(tail.only?.is(member({ phone_masked: '040****0311' }))).toBe(true);
  expect(tail.only?.is(member())).toBe(false);
});

it('chooses the exempt, the old and those who left', () => {
  const is = (who: MemberFilters['who'], change: Partial<Member>) =>
    chosen({ ...NONE, who }, TODAY).only?.is(member(change));
  expect(is('exempt', { exempt_reason: '年老体弱' })).toBe(true);
  expect(is('exempt', {})).toBe(false);
  expect(is('over_80', { born_on: '1946-11-30' })).toBe(true);
  expect(is('over_80', { born_on: '1946-12-01' })).toBe(false);
  expect(is('over_80', {})).toBe(false);
  expect(is('no_pin', { pin_set: false })).toBe(true);
  expect(chosen({ ...NONE, who: 'left' }, TODAY).which.left).toBe(true);
  // Of those who left only these; the server gives the others, too.
  expect(is('left', {})).toBe(false);
  expect(is('left', { left_at_ms: 1 })).toBe(true);
});

it('takes what may be a number for one, so that it is in no address', () => {
  expect(['', '秦', 'qin', '0311'].map(typedAs)).toEqual(['nothing', 'name', 'pinyin', 'tail']);
  expect(['13800', '138 0000 0001', '11010519491231002X', '04A22B11C'].map(typedAs)).toEqual(
    Array.from({ length: 4 }, () => 'number'),
  );
  expect([isWhole('13800'), isWhole('13800000001')]).toEqual([false, true]);
});
