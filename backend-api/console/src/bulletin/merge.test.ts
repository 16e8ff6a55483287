import { expect, it } from 'vitest';

import type { Block, BulletinDraft } from '../api/types';
import { common, differences, mergedDrafts, textDifferences } from './merge';

const p = (text: string): Block => ({ type: 'paragraph', text });
const draft = (texts: string[], change: Partial<BulletinDraft> = {}): BulletinDraft => ({
  list: 'notices',
  organization_code: 'QH',
  audience_code: 'QH',
  title: '停水通知',
  body: texts.map(p),
  ...change,
});
const texts = ({ body }: BulletinDraft) =>
  body.map((block) => ('text' in block ? block.text : block.type));

it('finds what two lists have in common', () => {
  expect(common(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual([
    [1, 0],
    [2, 1],
  ]);
  expect(common([], ['a'])).toEqual([]);
});

it('says where the text is otherwise', () => {
  expect(textDifferences([p('一'), p('二')], [p('一'), p('二改'), p('三')])).toEqual([
    { label: '正文第 2 段', before: '二', after: '二改\n三' },
  ]);
  expect(textDifferences([p('一')], [p('零'), p('一')])).toEqual([
    { label: '正文第 1 段，新添', before: '', after: '零' },
  ]);
  expect(textDifferences([p('一')], [p('一')])).toEqual([]);
});

it('shows a changed figure of a table', () => {
  const table = (figure: string): Block => ({
    type: 'table',
    title: '支出',
    header: ['项目', '元'],
    rows: [['水电费', figure]],
  });
  const [one] = textDifferences([table('1,690.20')], [table('1,960.20')]);
  expect(one?.before).toContain('1,690.20');
  expect(one?.after).toContain('1,960.20');
});

it('takes a field that was left out for an empty one', () => {
  expect(differences(draft(['一']), draft(['一'], { summary: '', urgent: false }))).toEqual([]);
  expect(
    differences(draft(['一']), draft(['一'], { title: '来水了' })).map(({ label }) => label),
  ).toEqual(['标题']);
});

it('does not mind in which order a block was written', () => {
  expect(
    textDifferences([{ type: 'paragraph', text: '一' }], [{ text: '一', type: 'paragraph' }]),
  ).toEqual([]);
});

it('keeps what each of them changed', () => {
  const base = draft(['一', '二', '三']);
  const mine = draft(['一改', '二', '三'], { summary: '我的' });
  const theirs = draft(['一', '二', '三', '四'], { title: '他们的' });
  const { draft: both, both: twice } = mergedDrafts({ base, mine, theirs });
  expect(texts(both)).toEqual(['一改', '二', '三', '四']);
  expect([both.title, both.summary, twice]).toEqual(['他们的', '我的', 0]);
});

it('takes neighbours apart that each of them changed', () => {
  const base = draft(['一', '二', '三']);
  const mine = draft(['我的一', '二', '三']);
  const theirs = draft(['一', '他们的二', '三']);
  const merged = mergedDrafts({ base, mine, theirs });
  expect(texts(merged.draft)).toEqual(['我的一', '他们的二', '三']);
  expect(merged.both).toBe(0);
});

it('loses nothing where both changed the same', () => {
  const base = draft(['一', '二', '三']);
  const mine = draft(['一', '我的二', '三']);
  const theirs = draft(['一', '他们的二', '三'], { title: '他们的' });
  const merged = mergedDrafts({ base, mine, theirs });
  expect(texts(merged.draft)).toEqual(['一', '我的二', '他们的二', '三']);
  expect(merged.both).toBe(1);
});

it('lets both delete, and delete beside a change', () => {
  const base = draft(['一', '二', '三', '四']);
  expect(
    texts(
      mergedDrafts({ base, mine: draft(['一', '三', '四']), theirs: draft(['一', '三', '四']) })
        .draft,
    ),
  ).toEqual(['一', '三', '四']);
  expect(
    texts(
      mergedDrafts({
        base,
        mine: draft(['一', '三', '四']),
        theirs: draft(['一', '二', '三', '四改']),
      }).draft,
    ),
  ).toEqual(['一', '三', '四改']);
});

it('is the same where only one of them changed anything', () => {
  const base = draft(['一', '二']);
  const mine = draft(['零', '一', '二改'], { title: '新' });
  expect(mergedDrafts({ base, mine, theirs: base }).draft).toMatchObject(mine);
  expect(mergedDrafts({ base, mine: base, theirs: mine }).draft).toMatchObject(mine);
});
