/** Times and durations as people say them, in the browser's time zone. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

const two = (n: number) => String(n).padStart(2, '0');

/** `14:05` */
export function clock(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `周三` */
export function weekday(ms: number): string {
  return WEEKDAYS[new Date(ms).getDay()] ?? '';
}

/** Midnight before a moment. */
export function startOfDay(ms: number): number {
  const at = new Date(ms);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Midnight of the Monday before a moment. */
export function startOfWeek(ms: number): number {
  const at = new Date(ms);
  const sinceMonday = (at.getDay() + 6) % 7;
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() - sinceMonday).getTime();
}

/** Days between two moments by the calendar: 1 is tomorrow, −1 yesterday. */
export function daysBetween(now: number, ms: number): number {
  // Rounded: a day may have 23 or 25 hours.
  return Math.round((startOfDay(ms) - startOfDay(now)) / DAY);
}

/** `今天`, `明天`, `11月28日` or, in another year, `2027年1月3日`. */
export function day(ms: number, now: number): string {
  const at = new Date(ms);
  switch (daysBetween(now, ms)) {
    case -1:
      return '昨天';
    case 0:
      return '今天';
    case 1:
      return '明天';
    default: {
      const date = `${at.getMonth() + 1}月${at.getDate()}日`;
      return at.getFullYear() === new Date(now).getFullYear()
        ? date
        : `${at.getFullYear()}年${date}`;
    }
  }
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
