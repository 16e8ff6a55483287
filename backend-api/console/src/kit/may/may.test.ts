import { expect, it } from 'vitest';

import type { Action, Me } from '../../api/types';
import { mayDo } from './may';

const me = (may: Action[]): Me => ({
  login: 'wangxm',
  organization: { id: 'o', name: '清河镇' },
  organization_code: 'QH',
  role: 'platform_administrator',
  may,
  expires_at_ms: 0,
});

it('believes the server and no role', () => {
  expect(mayDo(me(['duty']), 'duty')).toBe(true);
  expect(mayDo(me(['read']), 'duty')).toBe(false);
  expect(mayDo(me([]), 'read')).toBe(false);
});

it('lets nobody do anything who is not known', () => {
  expect(mayDo(null, 'direct')).toBe(false);
  expect(mayDo(undefined, 'direct')).toBe(false);
});
