import { expect, it } from 'vitest';

import type { Me } from '../../api/types';
import { mayDo } from './may';

const me = (role: Me['role']): Me => ({
  login: 'wangxm',
  organization: { id: 'o', name: '清河镇' },
  organization_code: 'QH',
  role,
  expires_at_ms: 0,
});

it('believes the server before the role', () => {
  expect(mayDo({ ...me('reader'), may: ['duty'] }, 'duty')).toBe(true);
  expect(mayDo({ ...me('platform_administrator'), may: ['read'] }, 'duty')).toBe(false);
});

it('falls back on the role', () => {
  expect(mayDo(me('organization_staff'), 'duty')).toBe(true);
  expect(mayDo(me('branch_secretary'), 'duty')).toBe(false);
  expect(mayDo(me('branch_secretary'), 'direct')).toBe(true);
  expect(mayDo(me('office_publisher'), 'direct')).toBe(false);
});

it('lets nobody do anything who is not known', () => {
  expect(mayDo(null, 'direct')).toBe(false);
  expect(mayDo(undefined, 'direct')).toBe(false);
});
