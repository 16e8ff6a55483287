import { expect, it } from 'vitest';

import type { Viewing } from '../../api/types';
import { listed } from './order';

const viewing = (terminal_name: string, place: string, minutes: number, members: string[] = []) =>
  ({
    terminal_id: terminal_name,
    terminal_name,
    organization: { id: place, name: place },
    first_at_ms: 0,
    last_at_ms: 0,
    watched_ms: minutes * 60_000,
    members,
  }) satisfies Viewing;

const ALL = [
  viewing('张家', '石桥村', 10, ['赵大勇']),
  viewing('阿家', '石桥村', 30),
  viewing('李家', '柏林村', 20, ['钱玉兰']),
];
const names = (wish: Partial<Parameters<typeof listed>[1]>) =>
  listed(ALL, { q: '', by: 'place', order: 'ascend', ...wish }).map((one) => one.terminal_name);

it('keeps the order of the server until another is wished', () => {
  expect(names({})).toEqual(['张家', '阿家', '李家']);
  expect(names({ by: 'watched' })).toEqual(['张家', '李家', '阿家']);
  expect(names({ by: 'watched', order: 'descend' })).toEqual(['阿家', '李家', '张家']);
  expect(names({ by: 'terminal' })).toEqual(['阿家', '李家', '张家']);
  expect(names({ by: 'organization' })).toEqual(['李家', '张家', '阿家']);
});

it('finds by place, television and person', () => {
  expect(names({ q: '石桥' })).toEqual(['张家', '阿家']);
  expect(names({ q: '李' })).toEqual(['李家']);
  expect(names({ q: ' 赵大勇 ' })).toEqual(['张家']);
});
