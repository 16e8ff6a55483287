import { expect, it } from 'vitest';

import type { Terminal } from '../api/types';
import { advice, presence, silence } from './silence';
import { DAY, HOUR, MINUTE } from './time';

const NOW = 1_790_000_000_000;
const tv = (change: Partial<Terminal>): Terminal => ({
  id: 't',
  kind: 'household',
  name: '石桥村 3 号',
  organization: { id: 'o', name: '石桥村' },
  enrolled_at_ms: NOW - 30 * DAY,
  version: 1,
  ...change,
});
const said = (ago: number) => silence(tv({ seen_at_ms: NOW - ago }), NOW);

it('says why a TV is silent', () => {
  expect(silence(tv({}), NOW)).toBe('从未连上');
  expect(silence(tv({ seen_at_ms: NOW, revoked_at_ms: NOW }), NOW)).toBe('已停用');
  expect([0, 3 * MINUTE, 3 * MINUTE + 1, 59 * MINUTE, HOUR, 3 * DAY + HOUR].map(said)).toEqual([
    '在线',
    '在线',
    '离线 3 分钟',
    '离线 59 分钟',
    '离线 1 小时',
    '离线 3 天',
  ]);
  // The server's clock may be a little ahead of this one.
  expect(said(-2 * MINUTE)).toBe('在线');
});

it('says what to do about it, and nothing of what is well', () => {
  expect(advice(tv({ seen_at_ms: NOW }), NOW)).toBeNull();
  for (const one of [tv({}), tv({ seen_at_ms: NOW - DAY }), tv({ revoked_at_ms: NOW })]) {
    expect(presence(one, NOW)).not.toBe('online');
    expect(advice(one, NOW)).not.toBeNull();
  }
});
