import { expect, it, vi } from 'vitest';

import { noAnswer, Refusal } from '../../api/refusal';
import { byCursor, byNumber } from './pages';
import { became, extent, kept, NONE, toEach, toggled, toggledAll } from './selection';

it('pages by cursor as far as there are some', () => {
  const forward = vi.fn();
  const backward = vi.fn();
  const turns = { shown: 50, forward, backward };
  expect(byCursor({ ...turns, page: 1, next: null })).toBeNull();
  const first = byCursor({ ...turns, page: 1, next: 'n' });
  expect(first).toMatchObject({ words: '第 1 页，本页 50 条', onPrevious: null });
  first?.onNext?.();
  expect(forward).toHaveBeenCalledWith('n');
  expect(byCursor({ ...turns, page: 3, next: undefined })).toMatchObject({
    onNext: null,
    onPrevious: backward,
  });
});

it('pages what is here, and knows no page beyond the last', () => {
  const rows = Array.from({ length: 23 }, (_, index) => index);
  const to = vi.fn();
  const last = byNumber(rows, 9, 10, to);
  expect(last.rows).toEqual([20, 21, 22]);
  expect(last.pager).toMatchObject({ words: '第 21–23 条，共 23 条', onNext: null });
  last.pager?.onPrevious?.();
  expect(to).toHaveBeenCalledWith(2);
  expect(byNumber(rows.slice(0, 10), 1, 10, to).pager).toBeNull();
  expect(byNumber([], 4, 10, to)).toEqual({ rows: [], pager: null });
});

it('selects rows, and forgets those that are out of sight', () => {
  const keys = ['a', 'b', 'c'];
  const two = toggled(toggled(NONE, 'a'), 'c');
  expect([...two]).toEqual(['a', 'c']);
  expect([NONE, two, toggledAll(two, keys)].map((one) => extent(one, keys))).toEqual([
    'none',
    'some',
    'all',
  ]);
  expect(toggledAll(toggledAll(two, keys), keys)).toEqual(NONE);
  expect([...kept(two, ['b', 'c'])]).toEqual(['c']);
  expect(kept(two, keys)).toBe(two);
  expect([...toggled(two, 'a')]).toEqual(['c']);
});

it('does a deed to each; one that is refused keeps nobody else from it', async () => {
  const refused = new Refusal(409, 'conflict', '会议已经开始。');
  const deed = vi.fn((item: string) =>
    item === 'b' ? Promise.reject(refused) : Promise.resolve(),
  );
  expect(await toEach(['a', 'b', 'c'], deed)).toEqual({
    done: ['a', 'c'],
    failed: [{ item: 'b', words: '会议已经开始。' }],
  });
});

it('says of a deed that breaks off that it failed for all', async () => {
  const words = '会议已经开始。';
  const breaks = () => Promise.reject(new Refusal(409, 'conflict', words));
  expect(await became(['a', 'b'], breaks)).toEqual({
    done: [],
    failed: [
      { item: 'a', words },
      { item: 'b', words },
    ],
  });
  expect(await became(['a'], () => Promise.resolve(null))).toBeNull();
});

it('stops when nobody answers', async () => {
  const deed = vi.fn(() => Promise.reject(noAnswer()));
  const { failed } = await toEach(['a', 'b'], deed);
  expect(deed).toHaveBeenCalledTimes(1);
  expect(failed.map(({ item }) => item)).toEqual(['a', 'b']);
});
