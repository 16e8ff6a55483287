import { expect, it } from 'vitest';

import { onCalendar } from '../china_calendar';
import type { Labels } from './fields';
import { changes, differs, merged, placed, same } from './fields';

interface Fields {
  title: string;
  starts_at: unknown;
  list?: string | undefined;
  record: boolean;
}
const LABELS: Labels<Fields> = {
  title: '名称',
  starts_at: '开始时间',
  list: '栏目',
  record: '录制',
};

it('puts the errors of the server at the fields of the form, in its order', () => {
  const sorted = placed(
    [
      { field: 'starts_at_ms', message: '太早。' },
      { field: 'list[2].name', message: '没有这个栏目。' },
      { field: 'title', message: '太长。' },
      { field: 'title', message: '重复。' },
      { field: 'something_new', message: '不对。' },
    ],
    LABELS,
    { starts_at_ms: 'starts_at' },
  );
  expect(sorted.fields).toEqual([
    { name: 'title', errors: ['太长。', '重复。'] },
    { name: 'starts_at', errors: ['太早。'] },
    { name: 'list', errors: ['没有这个栏目。'] },
  ]);
  expect(sorted.rest).toEqual(['不对。']);
});

it('knows what is the same, however it is written', () => {
  expect(same(undefined, '')).toBe(true);
  expect(same(null, undefined)).toBe(true);
  expect(same(' a', 'a ')).toBe(true);
  expect(same(onCalendar(60_000), onCalendar(60_000))).toBe(true);
  expect(same(onCalendar(60_000), onCalendar(120_000))).toBe(false);
  expect(same(false, '')).toBe(false);
  expect(same(['a'], ['a'])).toBe(true);
  expect(same(['a'], ['b'])).toBe(false);
});

it('notices what is not kept yet', () => {
  const before = { title: '党课', record: true };
  expect(differs<Fields>(before, { title: '党课 ', record: true, list: undefined })).toBe(false);
  expect(differs<Fields>(before, { title: '党课', record: false })).toBe(true);
  expect(differs<Fields>(before, { ...before, list: 'news' })).toBe(true);
});

it('says what somebody else changed, and what stands here', () => {
  const before = { title: '党课', record: true, list: 'news' };
  const theirs = { title: '党课', record: true, list: 'lessons' };
  const mine = { title: '主题党日', record: true, list: 'news' };
  expect(changes<Fields>(LABELS, { before, theirs, mine })).toEqual([
    { name: 'list', label: '栏目', before: 'news', theirs: 'lessons', mine: 'news' },
  ]);
  expect(changes<Fields>(LABELS, { before, theirs: before, mine })).toEqual([]);
});

it('keeps what was changed here and takes the rest from them', () => {
  const before = { title: '党课', record: true, list: 'news' };
  const theirs = { title: '党课（改期）', record: true, list: 'lessons' };
  expect(merged<Fields>({ before, theirs, mine: { ...before, record: false } })).toEqual({
    title: '党课（改期）',
    record: false,
    list: 'lessons',
  });
  // Where both changed the same, it is what was written here.
  expect(merged<Fields>({ before, theirs, mine: { title: '主题党日', record: true } })).toEqual({
    title: '主题党日',
    record: true,
    list: 'lessons',
  });
});
