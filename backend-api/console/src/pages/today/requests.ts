/** What is to be answered, as lines: what is late, what is due soon, and the rest. Pure. */
import type { RequestCounts, RequestLine } from '../../api/types';
import { clock, length, moment } from '../../words/time';
import { urgency } from '../requests/clock';
import type { Line } from './line';
import { ago } from './line';

type Asked = 'service' | 'suggestion';
const ASKED: Record<Asked, { name: string; path: string }> = {
  service: { name: '一键服务', path: '/services' },
  suggestion: { name: '意见建议', path: '/services/suggestions' },
};

const whose = ({ household, asker, summary }: RequestLine) =>
  [household, asker, summary].filter((words) => words).join(' ');

/** One leads to itself, several to the list, where the first is on top. */
const way = (kind: Asked, found: readonly RequestLine[]) => {
  const [first, second] = found;
  const open =
    first !== undefined && second === undefined ? `?open=${encodeURIComponent(first.id)}` : '';
  return `${ASKED[kind].path}${open}`;
};

/** What is late, in one line: the first of it, and how many there are. */
export function late(
  kind: Asked,
  items: readonly RequestLine[],
  counts: RequestCounts | undefined,
  now: number,
): Line[] {
  const found = items.filter(({ due_at_ms }) => urgency(due_at_ms, now) === 'overdue');
  const [first] = found;
  if (first === undefined) return [];
  // The first page of a long list may not have them all.
  const count = Math.max(found.length, counts?.overdue ?? 0);
  return [
    {
      key: `late ${kind}`,
      kind: 'request',
      tone: 'red',
      title: count > 1 ? `${ASKED[kind].name}超时 ${count} 件` : `${ASKED[kind].name}超时`,
      note: `${first.category} · ${whose(first)}`,
      clock: `超时 ${ago(first.due_at_ms ?? now, now)}`,
      beside: `${first.office.name}，${moment(first.received_at_ms, now)} 收到`,
      button: '去答复',
      to: count > 1 ? ASKED[kind].path : way(kind, found),
    },
  ];
}

/** What is due within three hours. */
export function soon(kind: Asked, items: readonly RequestLine[], now: number): Line[] {
  const found = items.filter(({ due_at_ms }) => urgency(due_at_ms, now) === 'soon');
  const [first] = found;
  if (first === undefined) return [];
  const due = first.due_at_ms ?? now;
  return [
    {
      key: `soon ${kind}`,
      kind: 'clock',
      tone: 'amber',
      title: `${ASKED[kind].name} ${found.length} 件快到时间`,
      note: found.slice(0, 2).map(whose).join('；'),
      clock: `还剩 ${length(due - now)}`,
      beside: found.length > 1 ? `最早 ${clock(due)}` : `${clock(due)} 到`,
      button: '去答复',
      to: way(kind, found),
    },
  ];
}

/** What has time. */
export function rest(kind: Asked, items: readonly RequestLine[], now: number): Line[] {
  const found = items.filter(({ due_at_ms }) =>
    ['today', 'later', 'none'].includes(urgency(due_at_ms, now)),
  );
  const [first] = found;
  if (first === undefined) return [];
  const today = found.filter(({ due_at_ms }) => urgency(due_at_ms, now) === 'today').length;
  return [
    {
      key: `rest ${kind}`,
      kind: 'request',
      tone: 'plain',
      title: `${ASKED[kind].name} ${found.length} 件要办`,
      note: found.slice(0, 2).map(whose).join('；'),
      clock: today > 0 ? `今天到期 ${today} 件` : '',
      beside: first.due_at_ms == null ? '' : `最早 ${moment(first.due_at_ms, now)}`,
      button: '去答复',
      to: way(kind, found),
    },
  ];
}
