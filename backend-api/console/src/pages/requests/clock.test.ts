import { describe, expect, it } from 'vitest';

import type { RequestLine } from '../../api/types';
import { DAY, HOUR, MINUTE } from '../../words/time';
import { byClock, hours, left, steps, urgency, when } from './clock';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOW = at('2026-11-25T15:30:00');
const line = (id: string, due_at_ms: number | null): RequestLine => ({
  id,
  number: '20261125-007',
  category: '咨询',
  kind: 'service',
  summary: '自来水停了两天',
  office: { id: 'o', name: '水利站' },
  level: 'township',
  state: 'assigned',
  received_at_ms: NOW - HOUR,
  due_at_ms,
});

describe('a deadline', () => {
  it.each([
    [null, 'none'],
    [undefined, 'none'],
    [NOW - 1, 'overdue'],
    [NOW, 'overdue'],
    [NOW + 1, 'soon'],
    [NOW + 3 * HOUR, 'soon'],
    [NOW + 3 * HOUR + 1, 'today'],
    [at('2026-11-25T23:59:59'), 'today'],
    [at('2026-11-26T00:00:00'), 'later'],
  ])('at %s is %s', (due, is) => expect(urgency(due, NOW)).toBe(is));

  it('just after midnight is soon, though it is tomorrow', () => {
    const evening = at('2026-11-25T22:00:00');
    expect(urgency(at('2026-11-26T00:30:00'), evening)).toBe('soon');
  });

  it.each([
    [NOW - 72 * MINUTE, '超时 1:12'],
    [NOW, '超时 0:00'],
    [NOW + 146 * MINUTE, '还剩 2:26'],
    [NOW + 5 * DAY, '还剩 5 天'],
    [null, ''],
  ])('at %s reads %s', (due, words) => expect(left(due, NOW)).toBe(words));
});

it('counts hours to three days, then days', () => {
  expect(hours(71 * HOUR + 59 * MINUTE)).toBe('71:59');
  expect(hours(72 * HOUR)).toBe('3 天');
  expect(hours(-1)).toBe('0:00');
});

it('puts what is overdue first, keeps the order within, and leaves empty groups out', () => {
  const lines = [
    line('a', NOW + DAY),
    line('b', NOW - HOUR),
    line('c', NOW - 2 * HOUR),
    line('d', null),
  ];
  const groups = byClock(lines, NOW);
  expect(groups.map(({ key }) => key)).toEqual(['overdue', 'later', 'none']);
  expect(groups[0]?.lines.map(({ id }) => id)).toEqual(['b', 'c']);
  expect(groups.flatMap((group) => group.lines)).toHaveLength(lines.length);
});

it('says when it is due, or when it came', () => {
  expect(when(line('a', at('2026-11-26T08:12:00')), NOW)).toBe('明天 08:12');
  expect(when(line('a', null), NOW)).toBe('今天 14:30');
});

it('shows how far it has come', () => {
  const is = (state: RequestLine['state'], due: number | null) =>
    steps({ state, due_at_ms: due }, NOW)?.map((step) => step.is);
  expect(is('received', NOW + HOUR)).toEqual(['done', 'now', 'todo', 'todo']);
  expect(is('in_progress', NOW - HOUR)).toEqual(['done', 'done', 'late', 'todo']);
  expect(is('closed', null)).toEqual(['done', 'done', 'done', 'done']);
  expect(is('declined', null)).toBeUndefined();
});
