import { expect, it } from 'vitest';

import type { Member } from '../../api/types';
import { compared } from './compare';

const member = (change: Partial<Member>): Member => ({
  id: 'm',
  version: 1,
  organization: { id: 'o', name: '石桥村' },
  name: '田守信',
  status: 'full',
  pin_set: false,
  updated_at_ms: 0,
  ...change,
});

it('says in what people differ, where something is known of both', () => {
  const lines = compared([
    member({ household: { id: 'h', name: '1 号' }, phone_masked: '138****0001' }),
    member({ organization: { id: 'p', name: '柳林村' }, phone_masked: null, left_at_ms: 5 }),
  ]);
  const differ = lines.filter(({ differs }) => differs).map(({ label }) => label);
  expect(differ).toEqual(['单位', '状态']);
  expect(lines.find(({ label }) => label === '电话')?.values).toEqual(['138****0001', '']);
});
