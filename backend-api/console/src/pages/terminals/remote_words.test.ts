import { expect, it } from 'vitest';

import type { RemoteAction } from '../../api/types';
import { DEEDS, deedName, progress } from './remote_words';

const at = (text: string) => new Date(`2026-11-25T${text}+08:00`).getTime();
const now = at('12:00');
const asked: RemoteAction = {
  id: 'a',
  kind: 'restart',
  state: 'asked',
  asked_at_ms: at('09:00'),
  asked_by: 'li',
};

it('says how far it is', () => {
  expect(progress(asked, now)).toBe('今天 09:00 发出，等电视回话');
  expect(progress({ ...asked, state: 'unreachable' }, now)).toContain('有没有开机');
  const taken = { ...asked, state: 'taken', taken_at_ms: at('09:01') } as const;
  expect(progress(taken, now)).toBe('电视 今天 09:01 收到，正在做');
  const done = { ...taken, state: 'done', done_at_ms: at('09:02') } as const;
  expect(progress(done, now)).toBe('今天 09:02 做完');
  expect(progress({ ...asked, state: 'expired' }, now)).toContain('已经作废');
});

it('has a name for all that can be asked', () => {
  expect(DEEDS.map(({ kind }) => deedName(kind))).toEqual(['重新启动程序', '全部重发']);
  expect(deedName('unknown')).toBe('其他操作');
});
