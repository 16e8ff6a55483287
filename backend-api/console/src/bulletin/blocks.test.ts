import { expect, it } from 'vitest';

import type { Block } from '../api/types';
import type { Keyed } from './blocks';
import {
  brief,
  following,
  inserted,
  joined,
  keyed,
  moved,
  paragraph,
  removed,
  retyped,
  shorthand,
  split,
  unkeyed,
  withoutEmpty,
} from './blocks';
import { emptyTable } from './tables';

const body = (...texts: string[]): Keyed[] => keyed(texts.map((text) => paragraph(text)));
const said = (all: readonly Keyed[]) =>
  unkeyed(all).map((block) => ('text' in block ? block.text : block.type));

it('always has a line to write in', () => {
  expect(said(keyed([]))).toEqual(['']);
  expect(said(removed(body('一'), 1))).toEqual(['']);
});

it('splits a text where Enter is pressed, and joins it again', () => {
  const two = split(body('一二三'), { key: 1, at: 1 });
  expect(said(two.body)).toEqual(['一', '二三']);
  expect(two.caret).toEqual({ key: 2, at: 0 });
  const one = joined(two.body, 2);
  expect(said(one.body)).toEqual(['一二三']);
  expect(one.caret).toEqual({ key: 1, at: 1 });
  expect(said(joined(body('一'), 1).body)).toEqual(['一']);
});

it('goes on with the list, and ends it with an empty entry', () => {
  const list = keyed([{ type: 'item', marker: '9.', text: '一二' }]);
  const next = split(list, { key: 1, at: 2 });
  expect(unkeyed(next.body)[1]).toEqual({ type: 'item', marker: '10.', text: '' });
  expect(unkeyed(split(next.body, { key: 2, at: 0 }).body)[1]).toEqual(paragraph());
  expect([following('•'), following('3)')]).toEqual(['•', '4)']);
});

it('makes a heading a paragraph before it joins anything', () => {
  const all = keyed([paragraph('一'), { type: 'heading', text: '二' }]);
  expect(unkeyed(joined(all, 2).body)).toEqual([paragraph('一'), paragraph('二')]);
});

it('joins nothing to a table', () => {
  const all = keyed([emptyTable(), paragraph('后')]);
  expect(said(joined(all, 2).body)).toEqual(['table', '后']);
  const empty = keyed([emptyTable(), paragraph()]);
  expect(said(joined(empty, 2).body)).toEqual(['table']);
});

it('takes the markup of content folders', () => {
  expect(shorthand(paragraph('# 办法'))).toEqual({ type: 'heading', text: '办法' });
  expect(shorthand(paragraph('- 带户口簿'))).toEqual({
    type: 'item',
    marker: '•',
    text: '带户口簿',
  });
  expect(shorthand(paragraph('12) 带户口簿'))).toEqual({
    type: 'item',
    marker: '12)',
    text: '带户口簿',
  });
  for (const text of ['- 5 度', '#办法', '2026. 年', '1.5 元']) {
    expect(shorthand(paragraph(text))).toEqual(paragraph(text));
  }
});

it('makes a heading of a text and back', () => {
  const heading = retyped(body('一'), 1, 'heading');
  expect(unkeyed(heading)).toEqual([{ type: 'heading', text: '一' }]);
  expect(unkeyed(retyped(heading, 1, 'heading'))).toEqual([paragraph('一')]);
  expect(unkeyed(retyped(retyped(body('一'), 1, '1.'), 1, '•'))).toEqual([
    { type: 'item', marker: '•', text: '一' },
  ]);
});

it('puts blocks where the caret is', () => {
  const table: Block = emptyTable();
  const inside = inserted(body('前后'), { key: 1, at: 1 }, [table]);
  expect(said(inside.body)).toEqual(['前', 'table', '后']);
  expect(said(inserted(body(''), { key: 1, at: 0 }, [table]).body)).toEqual(['table', '']);
  expect(said(inserted(body('一', '二'), { key: 1, at: 1 }, [table]).body)).toEqual([
    '一',
    'table',
    '二',
  ]);
  expect(said(inserted(body('一'), null, [table]).body)).toEqual(['一', 'table', '']);
  expect(said(inserted(body('一', ''), null, [table]).body)).toEqual(['一', 'table', '']);
  const words = inserted(body('前后'), { key: 1, at: 1 }, [paragraph('中')]);
  expect(said(words.body)).toEqual(['前中后']);
  expect(words.caret).toEqual({ key: 1, at: 2 });
  const several = inserted(body('前'), { key: 1, at: 1 }, [paragraph('二'), paragraph('三')]);
  expect(said(several.body)).toEqual(['前', '二', '三']);
  expect(new Set(several.body.map(({ key }) => key)).size).toBe(3);
});

it('moves, and keeps the ends', () => {
  expect(said(moved(body('一', '二'), 2, -1))).toEqual(['二', '一']);
  expect(said(moved(body('一', '二'), 2, 1))).toEqual(['一', '二']);
});

it('leaves out what nobody would see', () => {
  expect(withoutEmpty([paragraph(' '), emptyTable(), paragraph('一')])).toEqual([paragraph('一')]);
});

it('says a block in a few words', () => {
  expect(brief({ ...emptyTable(), title: '支出' })).toBe('表格“支出”，3 列 2 行');
  expect(brief({ type: 'item', marker: '1.', text: '带户口簿' })).toBe('1. 带户口簿');
});
