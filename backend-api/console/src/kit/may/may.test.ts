import { expect, it } from 'vitest';

import type { Action, Me } from '../../api/types';
import { mayDo, mayDoIn } from './may';

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

it('offers nothing to do to what is only seen', () => {
  const secretary = me(['direct']);
  expect(mayDoIn(secretary, 'direct', 'o', undefined)).toBe(true);
  expect(mayDoIn(secretary, 'direct', 'below', [{ id: 'o' }, { id: 'below' }])).toBe(true);
  // A meeting of the town, seen from the village.
  expect(mayDoIn(secretary, 'direct', 'above', [{ id: 'o' }, { id: 'below' }])).toBe(false);
  expect(mayDoIn(secretary, 'direct', 'below', undefined)).toBe(false);
  expect(mayDoIn(me(['read']), 'direct', 'o', [{ id: 'o' }])).toBe(false);
  expect(mayDoIn(null, 'direct', 'o', [{ id: 'o' }])).toBe(false);
});

it('lets nobody do anything who is not known', () => {
  expect(mayDo(null, 'direct')).toBe(false);
  expect(mayDo(undefined, 'direct')).toBe(false);
});
