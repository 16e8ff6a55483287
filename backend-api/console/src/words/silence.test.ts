import { expect, it } from 'vitest';

import type { Terminal } from '../api/types';
import { advice, presence, silence, storageFault } from './silence';
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

it('says how long it lasts what silence may mean', () => {
  const of = (ago: number, change: Partial<Terminal> = {}) =>
    advice(tv({ seen_at_ms: NOW - ago, ...change }), NOW);
  expect(of(10 * MINUTE)).toContain('先等一等');
  expect(of(DAY)).toContain('停电或断网');
  expect(of(5 * DAY)).toContain('好几天');
  // What it said before counts more than how long ago that was.
  expect(of(DAY, { storage: 'nothing' })).toContain('存储');
});

it('says that a TV which answers cannot keep things', () => {
  const here = (storage: Terminal['storage']) => tv({ seen_at_ms: NOW, storage: storage ?? null });
  expect([here('disk'), here(null)].map((one) => [storageFault(one), advice(one, NOW)])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(advice(here('outbox'), NOW)).toContain('重新下载');
  expect(advice(here('nothing'), NOW)).toContain('会丢');
});
