import { expect, it } from 'vitest';

import { noAnswer } from '../../api/refusal';
import { nobodyWords } from './members';

it('says that there is nobody only when the server said so', () => {
  expect(nobodyWords('', { error: null, isFetching: false })).toBe('请输入姓名');
  expect(nobodyWords('赵', { error: null, isFetching: true })).toBe('正在查找');
  expect(nobodyWords('赵', { error: noAnswer(), isFetching: false })).toContain('连不上服务器');
  expect(nobodyWords('赵', { error: noAnswer(), isFetching: true })).toBe('正在查找');
  expect(nobodyWords('赵', { error: null, isFetching: false })).toContain('没有找到');
});
