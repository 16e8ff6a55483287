import { expect, it } from 'vitest';

import type { Action, Me } from '../../api/types';
import { entry } from './entry';

const me = (may: Action[]): Me => ({
  login: 'wangxm',
  organization: { id: 'village', name: '石桥村' },
  organization_code: 'SQ',
  role: 'branch_secretary',
  may,
  expires_at_ms: 0,
});
const known = { data: [{ id: 'village' }, { id: 'group' }], isPending: false };
const asked = { data: undefined, isPending: true };
const failed = { data: undefined, isPending: false };

it('lets in whoever may direct there', () => {
  expect(entry(me(['direct']), 'village', asked)).toBe('yes');
  expect(entry(me(['direct']), 'group', known)).toBe('yes');
  expect(entry(me(['direct']), 'town', known)).toBe('no');
  expect(entry(me(['read']), 'village', known)).toBe('no');
  expect(entry(me(['read']), 'village', asked)).toBe('no');
});

it('turns nobody away for what is not known', () => {
  expect(entry(me(['direct']), 'group', asked)).toBe('waiting');
  expect(entry(me(['direct']), 'group', failed)).toBe('yes');
  expect(entry(null, 'village', known)).toBe('yes');
});
