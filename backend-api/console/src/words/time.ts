/**
 * Times and durations as people say them, in the time of China whatever zone the browser is in: the
 * televisions show that one. It has no summer time, so a moment there is the same moment in UTC eight
 * hours later, and only UTC's getters are used.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

const two = (n: number) => String(n).padStart(2, '0');

/** How far clocks in China are ahead of UTC, in ms. */
export const AHEAD = 8 * HOUR;

/** A moment whose UTC fields are those of a calendar and a clock in China. */
const inChina = (ms: number) => new Date(ms + AHEAD);

/** `14:05` */
export function clock(ms: number): string {
  const at = inChina(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** `2026年11月28日 14:05`: with the year, where just that may be wrong. */
export function minuteWords(ms: number): string {
  const at = inChina(ms);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${clock(ms)}`;
}

/** `周三` */
export function weekday(ms: number): string {
  return WEEKDAYS[inChina(ms).getUTCDay()] ?? '';
}

/** `2026-11-30` */
export function dateInChina(ms: number): string {
  return inChina(ms).toISOString().slice(0, 10);
}

/** Midnight before a moment. */
export function startOfDay(ms: number): number {
  return Math.floor((ms + AHEAD) / DAY) * DAY - AHEAD;
}

/** Midnight of the Monday before a moment. */
export function startOfWeek(ms: number): number {
  const sinceMonday = (inChina(ms).getUTCDay() + 6) % 7;
  return startOfDay(ms) - sinceMonday * DAY;
}

/** Days between two moments by the calendar: 1 is tomorrow, −1 yesterday. */
export function daysBetween(now: number, ms: number): number {
  return (startOfDay(ms) - startOfDay(now)) / DAY;
}

/** `今天`, `明天`, `11月28日` or, in another year, `2027年1月3日`. */
export function day(ms: number, now: number): string {
  const at = inChina(ms);
  switch (daysBetween(now, ms)) {
    case -1:
      return '昨天';
    case 0:
      return '今天';
    case 1:
      return '明天';
    default: {
      const date = `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
      const year = at.getUTCFullYear();
      return year === inChina(now).getUTCFullYear() ? date : `${year}年${date}`;
    }
  }
}

/** `11月26日 周四 · 09:24`: the day and the time it is, in full. */
export function date(now: number): string {
  const at = inChina(now);
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${weekday(now)} · ${clock(now)}`;
}

/** `今天 14:05` */
export function moment(ms: number, now: number): string {
  return `${day(ms, now)} ${clock(ms)}`;
}

/** A running clock: `03:07`, `1:03:07`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** A length: `45 秒`, `12 分钟`, `1 小时 30 分钟`. */
export function length(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.round(ms / SECOND))} 秒`;
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 60) return `${minutes} 分钟`;
  const rest = minutes % 60;
  return rest === 0
    ? `${Math.floor(minutes / 60)} 小时`
    : `${Math.floor(minutes / 60)} 小时 ${rest} 分钟`;
}

/** A length to the second: `45 秒`, `6 分 41 秒`, `1 小时 2 分 5 秒`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [h > 0 ? `${h} 小时` : '', m > 0 ? `${m} 分` : '', s > 0 ? `${s} 秒` : ''];
  return parts.filter((part) => part !== '').join(' ') || '0 秒';
}

/** How long somebody waits: `刚举手`, `等了 40 秒`, `等了 3 分钟`. */
export function waiting(since: number, now: number): string {
  const ms = now - since;
  if (ms < 5 * SECOND) return '刚举手';
  if (ms < MINUTE) return `等了 ${Math.floor(ms / SECOND)} 秒`;
  if (ms < HOUR) return `等了 ${Math.floor(ms / MINUTE)} 分钟`;
  return `等了 ${Math.floor(ms / HOUR)} 小时`;
}

export { DAY, HOUR, MINUTE };
