/** A work list by its clock. Pure. */
import type { RequestLine } from '../../api/types';
import { clock, DAY, day, HOUR, MINUTE, startOfDay } from '../../words/time';

export type Urgency = 'overdue' | 'soon' | 'today' | 'later' | 'none';

/** What is due within so long is due soon. */
const SOON = 3 * HOUR;

export function urgency(due_at_ms: number | null | undefined, now: number): Urgency {
  if (due_at_ms == null) return 'none';
  if (due_at_ms <= now) return 'overdue';
  if (due_at_ms <= now + SOON) return 'soon';
  return due_at_ms < startOfDay(now) + DAY ? 'today' : 'later';
}

const TITLE: Record<Urgency, string> = {
  overdue: '超时',
  soon: '3 小时内到期',
  today: '今天到期',
  later: '以后到期',
  none: '没有期限',
};

export interface ClockGroup {
  key: Urgency;
  title: string;
  lines: RequestLine[];
}

/** The groups that have something in them, the most urgent first; within them the server's order. */
export function byClock(lines: readonly RequestLine[], now: number): ClockGroup[] {
  return (Object.keys(TITLE) as Urgency[])
    .map((key) => ({
      key,
      title: TITLE[key],
      lines: lines.filter(({ due_at_ms }) => urgency(due_at_ms, now) === key),
    }))
    .filter(({ lines: found }) => found.length > 0);
}

/** `1:12`, `26:05`, `3 天`: hours and minutes up to three days. */
export function hours(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes >= 72 * 60) return `${Math.floor(minutes / (24 * 60))} 天`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `超时 1:12`, `还剩 2:26`; nothing when nothing is due. */
export function left(due_at_ms: number | null | undefined, now: number): string {
  if (due_at_ms == null) return '';
  return due_at_ms <= now ? `超时 ${hours(now - due_at_ms)}` : `还剩 ${hours(due_at_ms - now)}`;
}

/** Until when, or when it came where nothing is due: `今天 11:50`. */
export function when(line: Pick<RequestLine, 'due_at_ms' | 'received_at_ms'>, now: number): string {
  const { due_at_ms: due, received_at_ms: received } = line;
  return due == null
    ? `${day(received, now)} ${clock(received)}`
    : `${day(due, now)} ${clock(due)}`;
}

/** Where it stands on its way; `null`: it ended without going all of it. */
export function steps(
  line: Pick<RequestLine, 'state' | 'due_at_ms'>,
  now: number,
): { label: string; is: 'done' | 'now' | 'late' | 'todo' }[] | null {
  const at = { received: 1, assigned: 1, in_progress: 2, reopened: 2, answered: 3, closed: 4 };
  const { state } = line;
  if (!(state in at)) return null;
  const here = at[state as keyof typeof at];
  const late = urgency(line.due_at_ms, now) === 'overdue';
  return ['收到', '受理', '答复', '本人确认'].map((label, index) => ({
    label,
    is: index < here ? 'done' : index > here ? 'todo' : late ? 'late' : 'now',
  }));
}
