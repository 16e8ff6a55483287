import { expect, it } from 'vitest';

import { asked } from '../../api/listed';
import type { MemberFilters } from './filters';
import { isWhole, typedAs, whichOf } from './filters';

const NONE: MemberFilters = { in: '', q: '', status: 'all', who: 'here' };
const query = (change: Partial<MemberFilters>) =>
  asked(whichOf({ ...NONE, ...change }), undefined, 50);

it('asks the server for what is chosen', () => {
  expect(query({})).toEqual({ limit: 50 });
  expect(query({ in: 'C07', q: ' qsy ', status: 'activist', who: 'no_pin' })).toEqual({
    limit: 50,
    organization: 'C07',
    name: 'qsy',
    status: 'activist',
    only: 'no_pin',
  });
  expect(query({ who: 'left' })).toEqual({ limit: 50, only: 'left' });
});

it('takes four digits for the end of a telephone number', () => {
  expect(query({ q: '0311' })).toEqual({ limit: 50, phone_tail: '0311' });
});

it('takes what may be a number for one, so that it is in no address', () => {
  expect(['', '秦', 'qin', '0311'].map(typedAs)).toEqual(['name', 'name', 'name', 'tail']);
  expect(['13800', '138 0000 0001', '11010519491231002X', '04A22B11C'].map(typedAs)).toEqual(
    Array.from({ length: 4 }, () => 'number'),
  );
  expect([isWhole('13800'), isWhole('13800000001')]).toEqual([false, true]);
});
