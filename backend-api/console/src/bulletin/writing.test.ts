import { describe, expect, it } from 'vitest';

import type { BulletinDraft, Picture } from '../api/types';
import type { Trouble } from './writing';
import {
  confirmationsOf,
  draftOf,
  findings,
  maskedEverywhere,
  picturesOf,
  spotsOf,
  standsFor,
  troubles,
  unlooked,
  unsettled,
  withPicture,
  withText,
  writingOf,
  writtenAs,
  writtenOf,
} from './writing';

const ID = '11010519491231002X';
const file = { name: 'a.jpg', bytes: 1, media_type: 'image/jpeg' };
const picture: Picture = { screen: file, thumb: file, width: 8, height: 8, caption: `证件 ${ID}` };
const DRAFT: BulletinDraft = {
  list: 'notices',
  organization_code: 'QH',
  audience_code: 'QH',
  title: `代办人 ${ID}`,
  summary: '电话 13800000001',
  body: [
    { type: 'paragraph', text: `身份证${ID}，请带户口簿。` },
    {
      type: 'table',
      title: '',
      header: ['姓名', '电话'],
      rows: [['刘玉兰', '138-0000-0001']],
      numeric: [],
    },
    { type: 'picture', ...picture },
  ],
};
const WRITING = writingOf(DRAFT);
const NOW = 1_800_000_000_000;

it('gives back what it was given, without what nobody sees', () => {
  expect(draftOf(WRITING)).toEqual(DRAFT);
  const more = writingOf({ ...DRAFT, body: [...DRAFT.body, { type: 'paragraph', text: '  ' }] });
  expect(draftOf(more)).toEqual(DRAFT);
});

it('puts words back where they were', () => {
  for (const { id, text } of spotsOf(WRITING)) {
    const other = withText(WRITING, id, `${text}！`);
    expect(spotsOf(other).find((spot) => spot.id === id)?.text).toBe(`${text}！`);
  }
});

it('says where numbers stand', () => {
  expect(findings(WRITING).map(({ spot }) => spot.label)).toEqual([
    '标题',
    '摘要',
    '正文第 1 段',
    '正文第 2 段，表格第 1 行第 2 格',
    '正文第 3 段，图片说明',
  ]);
});

it('masks a number wherever it stands', () => {
  const masked = maskedEverywhere(WRITING, ID);
  expect(findings(masked).map(({ found }) => found.kind)).toEqual(['mobile', 'mobile']);
  expect(masked.title).toBe('代办人 110105********002X');
  expect(findings(maskedEverywhere(masked, '13800000001'))).toEqual([]);
});

it('lets a number stand that there is a reason for', () => {
  expect(unsettled(WRITING, { [ID]: '本人同意公开' }).map(({ found }) => found.digits)).toEqual([
    '13800000001',
    '13800000001',
  ]);
});

it('says beforehand what the server would refuse', () => {
  const at = (change: Partial<BulletinDraft>): Trouble['at'][] =>
    troubles(writingOf({ ...DRAFT, ...change }), NOW).map((one) => one.at);
  expect(at({})).toEqual([]);
  expect(at({ title: ' ', list: '', body: [] })).toEqual(['title', 'list', 'body']);
  expect(at({ title: '长'.repeat(61), summary: '长'.repeat(301) })).toEqual(['title', 'summary']);
  expect(at({ title: '𠮷'.repeat(60) })).toEqual([]);
  expect(at({ expires_at_ms: NOW })).toEqual(['expires_at_ms']);
  expect(at({ urgent: true })).toEqual(['expires_at_ms']);
  expect(at({ urgent: true, expires_at_ms: NOW + 1 })).toEqual([]);
  expect(at({ body: [{ type: 'paragraph', text: '长'.repeat(5001) }] })).toEqual(['body']);
});

describe('what somebody answers for', () => {
  const file = (name: string) => ({ name, bytes: 1, media_type: 'image/jpeg' });
  const picture = (name: string) => ({
    screen: file(name),
    thumb: file(`small-${name}`),
    width: 8,
    height: 8,
    caption: name,
  });
  const draft: BulletinDraft = {
    title: '电话 13800000001',
    list: 'notices',
    organization_code: 'QH',
    audience_code: 'QH',
    cover: picture('a.jpg'),
    body: [
      { type: 'paragraph', text: '又是 138 0000 0001' },
      { type: 'picture', ...picture('a.jpg') },
      { type: 'picture', ...picture('b.jpg') },
    ],
  };
  const written = writingOf(draft);

  it('is told the server once, and only what stands there', () => {
    const reasons = { '13800000001': '办公电话', '13900000000': '没有它' };
    expect(confirmationsOf(written, reasons, ['b.jpg', 'gone.jpg'])).toEqual({
      numbers: [{ digits: '13800000001', reason: '办公电话' }],
      pictures: ['b.jpg'],
    });
    expect(unlooked(written, ['b.jpg']).map(({ label }) => label)).toEqual(['正文第 2 段的图片']);
  });

  it('is the same from the server as it was sent', () => {
    const at = { by: 'li', at_ms: 1 };
    const confirmed = {
      numbers: [{ digits: '13800000001', reason: '办公电话', ...at }],
      pictures: [
        { name: 'b.jpg', ...at },
        { name: 'a.jpg', ...at },
      ],
    };
    const kept = { id: 'x', version: 1, updated_at_ms: 1, numbers: [], draft, confirmed };
    const sent = writtenOf(written, { '13800000001': '办公电话' }, ['a.jpg', 'b.jpg']);
    expect(writtenAs({ ...kept, state: 'draft' })).toEqual(sent);
  });

  it('puts what was covered wherever the picture stood', () => {
    const by = { ...picture('new.jpg'), caption: '' };
    const after: BulletinDraft = {
      ...draft,
      body: draft.body.map((block) =>
        block.type === 'picture' && block.screen.name === 'a.jpg' ? { ...block, ...by } : block,
      ),
    };
    const found = standsFor('a.jpg', draft, after);
    expect(found?.screen.name).toBe('new.jpg');
    const next = withPicture(written, 'a.jpg', found ?? by);
    expect(picturesOf(next).map(({ name }) => name)).toEqual(['new.jpg', 'b.jpg']);
    expect(next.cover?.caption).toBe('a.jpg');
  });
});
