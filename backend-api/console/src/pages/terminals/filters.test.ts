import { expect, it } from 'vitest';

import type { Organization, Terminal } from '../../api/types';
import { chosen } from './filters';
import type { TerminalFilters } from './filters';

const NOW = 1_790_000_000_000;
const NONE: TerminalFilters = { in: '', q: '', kind: 'all', state: 'used' };
const TREE: Organization[] = [
  { id: 'qh', parent_id: null, kind: 'township', code: 'QH', name: '清河镇' },
  { id: 'c7', parent_id: 'qh', kind: 'village', code: 'C07', name: '石桥村' },
];
const TV: Terminal = {
  id: 't',
  kind: 'household',
  name: '石桥村 3 号',
  organization: { id: 'c7', name: '石桥村' },
  enrolled_at_ms: 0,
  seen_at_ms: NOW,
  version: 1,
};
const is = (change: Partial<TerminalFilters>, terminal = TV) =>
  chosen({ ...NONE, ...change }, TREE, () => NOW).is(terminal);

it('shows what is in use, and what was revoked only to whoever asks for it', () => {
  const revoked = { ...TV, revoked_at_ms: 5 };
  expect([is({}), is({}, revoked)]).toEqual([true, false]);
  expect([is({ state: 'revoked' }), is({ state: 'revoked' }, revoked)]).toEqual([false, true]);
});

it('chooses by place, kind, presence and words', () => {
  expect([is({ in: 'QH' }), is({ in: 'C07' }), is({ kind: 'station' })]).toEqual([
    true,
    true,
    false,
  ]);
  expect([is({ state: 'online' }), is({ state: 'offline' }), is({ state: 'never' })]).toEqual([
    true,
    false,
    false,
  ]);
  expect(is({ state: 'never' }, { ...TV, seen_at_ms: null })).toBe(true);
  expect([is({ q: 'shiqiao' }), is({ q: '3 号' }), is({ q: '柳' })]).toEqual([true, true, false]);
});
