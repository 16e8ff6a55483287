import { DAY, HOUR } from './time';

/** How old the last good backup is: `最近备份：5 小时前`. */
export function backupAge(backup_at_ms: number | null | undefined, now: number): string {
  if (backup_at_ms == null) return '最近备份：没有';
  const age = Math.max(0, now - backup_at_ms);
  if (age < HOUR) return '最近备份：不到 1 小时前';
  if (age < 2 * DAY) return `最近备份：${Math.floor(age / HOUR)} 小时前`;
  return `最近备份：${Math.floor(age / DAY)} 天前`;
}
