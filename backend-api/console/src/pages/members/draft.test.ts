import { expect, it } from 'vitest';

import type { Member } from '../../api/types';
import { blank, draftOf, fieldsOf, read } from './draft';
import type { Fields } from './draft';

const MEMBER: Member = {
  id: 'm',
  version: 3,
  organization: { id: 'o', name: '石桥村' },
  name: '林望春',
  status: 'probationary',
  id_number_masked: '110105************',
  phone_masked: '138****0001',
  joined_on: '1977-10-25',
  exempt_reason: '年老体弱',
  household: { id: 'h', name: '3 号' },
  pin_set: true,
  updated_at_ms: 0,
};

it('writes back what was there, and says nothing of numbers that were not touched', () => {
  expect(draftOf(fieldsOf(MEMBER, 'C07'))).toEqual({
    organization_code: 'C07',
    name: '林望春',
    status: 'probationary',
    joined_on: '1977-10-25',
    exempt_reason: '年老体弱',
    household_id: 'h',
  });
});

it('changes a number, or takes it away', () => {
  const fields: Fields = { ...fieldsOf(MEMBER, 'C07'), phone: ' 13900000002 ', no_id_number: true };
  const draft = draftOf(fields);
  expect(draft.phone).toBe('13900000002');
  expect(draft.id_number).toBe('');
  expect(draftOf({ ...fields, joined_on: '2004年6月18日' }).joined_on).toBe('2004-06-18');
  expect(draft).not.toHaveProperty('card');
  // What is written counts more than that the old one goes.
  expect(draftOf({ ...fields, no_phone: true }).phone).toBe('13900000002');
});

it('begins a new one with no household', () => {
  const draft = draftOf({ ...(blank('C07') as Fields), name: ' 王芳 ' });
  expect(draft).toMatchObject({ organization_code: 'C07', name: '王芳', status: 'full' });
  expect(draft).not.toHaveProperty('household_id');
});

it('reads values in words', () => {
  const nameOf = (code: string) => ({ C07: '石桥村', h: '3 号' })[code];
  expect(read('status', 'villager', nameOf)).toBe('群众');
  expect(read('organization_code', 'C07', nameOf)).toBe('石桥村');
  expect(read('household_id', 'h', nameOf)).toBe('3 号');
  expect(read('name', '王芳', nameOf)).toBe('王芳');
  expect(read('household_id', undefined, nameOf)).toBe('');
});
