import { expect, it } from 'vitest';

import { backupAge } from './backup';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

it('counts hours up to two days, and days from then on', () => {
  expect(backupAge(null, NOW)).toBe('最近备份：没有');
  expect(backupAge(undefined, NOW)).toBe('最近备份：没有');
  expect(backupAge(NOW - HOUR + 1, NOW)).toBe('最近备份：不到 1 小时前');
  expect(backupAge(NOW - 47 * HOUR, NOW)).toBe('最近备份：47 小时前');
  expect(backupAge(NOW - 49 * HOUR, NOW)).toBe('最近备份：2 天前');
  // The browser's clock may be behind the server's.
  expect(backupAge(NOW + HOUR, NOW)).toBe('最近备份：不到 1 小时前');
});
