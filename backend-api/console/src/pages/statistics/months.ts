/** Months of the calendar in China. Pure. */
import { onCalendar, momentOf } from '../../kit/china_calendar';

/** `2026-11` */
export type Month = string;

const FORM = /^(\d{4})-(0[1-9]|1[0-2])$/;

export function monthAt(ms: number): Month {
  return onCalendar(ms).format('YYYY-MM');
}

/** The months up to now, the present one first. */
export function lastMonths(now: number, count: number): Month[] {
  const present = onCalendar(now).startOf('month');
  return Array.from({ length: count }, (_, back) =>
    present.subtract(back, 'month').format('YYYY-MM'),
  );
}

/** Unix ms at which a month begins and at which the next one does; `null`: this is no month. */
export function spanOf(month: Month): { from_ms: number; until_ms: number } | null {
  const found = FORM.exec(month);
  if (!found) return null;
  const first = onCalendar(0).year(Number(found[1])).month(0).date(1).startOf('day');
  const from = first.month(Number(found[2]) - 1);
  return { from_ms: momentOf(from), until_ms: momentOf(from.add(1, 'month')) };
}

/** `2026年11月` */
export function monthWords(month: Month): string {
  const found = FORM.exec(month);
  return found ? `${found[1]}年${Number(found[2])}月` : month;
}

/** The months up to one, it being the last. */
export function monthsUntil(month: Month, count: number): Month[] {
  const span = spanOf(month);
  return span === null ? [] : lastMonths(span.from_ms, count).reverse();
}

/** `11月` */
export function shortMonth(month: Month): string {
  return `${Number(month.slice(5))}月`;
}
