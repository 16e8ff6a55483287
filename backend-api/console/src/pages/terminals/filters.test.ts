import { expect, it } from 'vitest';

import { DAY } from '../../words/time';
import type { TerminalFilters } from './filters';
import { whichOf } from './filters';

const NONE: TerminalFilters = { in: '', q: '', kind: 'all', state: 'used' };

it('asks for those in use, and for what was revoked only when somebody wants it', () => {
  expect(whichOf(NONE)).toEqual({ only: 'used' });
  expect(whichOf({ ...NONE, state: 'revoked' })).toEqual({ only: 'revoked' });
});

it('asks by place, kind and silence', () => {
  expect(whichOf({ in: 'C07', q: 'shiqiao', kind: 'station', state: 'week' })).toEqual({
    organization: 'C07',
    name: 'shiqiao',
    kind: 'station',
    only: 'silent',
    for_ms: 7 * DAY,
  });
  // A TV that is shown as online is among those that were heard of.
  const [online, offline] = [
    whichOf({ ...NONE, state: 'online' }),
    whichOf({ ...NONE, state: 'offline' }),
  ];
  expect([online.only, offline.only, online.for_ms === offline.for_ms]).toEqual([
    'heard',
    'silent',
    true,
  ]);
});
