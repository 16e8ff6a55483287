import { expect, it } from 'vitest';

import type { Submission } from '../../api/types';
import { senderOf, submissionStand } from '../../words/submissions';
import type { Fields } from './draft';
import { draftOf, fieldsOf, placeOfMade, read, textTrouble } from './draft';

const FILM = { upload: 'u', file_name: '修路.mp4', bytes: 7 };

const SENT: Submission = {
  id: 's',
  state: 'returned',
  source: 'console',
  organization: { id: 'zj', name: '张家村' },
  organization_code: 'ZJ',
  title: '修路',
  text: '路修好了',
  sender: 'zhang',
  pictures: 1,
  film: true,
  published: false,
  sent_at_ms: 1,
  version: 2,
  attachments: [{ id: 'p', media_type: 'image/jpeg', size: 7 }],
  upload: FILM,
  reason: '请补照片',
};

it('what was sent is what the form begins with, and comes back as it was', () => {
  const fields = fieldsOf(SENT);
  expect(fields.pictures).toEqual(['p']);
  expect(draftOf(fields)).toEqual({
    organization_code: 'ZJ',
    title: '修路',
    text: '路修好了',
    pictures: ['p'],
    upload: 'u',
  });
  const without: Fields = { ...fields, title: ' 修路 ', upload: null };
  expect(draftOf(without)).not.toHaveProperty('upload');
  expect(draftOf(without).title).toBe('修路');
});

it('something is said or shown, and not too much', () => {
  expect(textTrouble({ text: '路修好了' })).toBeNull();
  expect(textTrouble({ text: ' ' })).toContain('请写下内容');
  expect(textTrouble({ text: '', pictures: ['p'] })).toBeNull();
  expect(textTrouble({ text: '', upload: FILM })).toBeNull();
  expect(textTrouble({ text: '字'.repeat(3000) })).toBeNull();
  expect(textTrouble({ text: '字'.repeat(3001) })).toContain('最多 3000');
  expect(textTrouble({ text: '字'.repeat(1001), upload: FILM })).toContain('带影片时最多 1000');
});

it('fields are read out in words', () => {
  const nameOf = (code: string) => (code === 'ZJ' ? '张家村' : undefined);
  expect(read('pictures', ['p', 'q'], nameOf)).toBe('2 张');
  expect(read('upload', FILM, nameOf)).toBe('修路.mp4');
  expect(read('upload', null, nameOf)).toBe('没有');
  expect(read('organization_code', 'ZJ', nameOf)).toBe('张家村');
  expect(read('organization_code', 'LJ', nameOf)).toBe('LJ');
});

it('a draft that was made is found', () => {
  expect(placeOfMade(SENT)).toBeNull();
  expect(placeOfMade({ bulletin_id: 'b' })).toBe('/publish/b/edit');
  expect(placeOfMade({ programme_id: 'm' })).toBe('/programmes?open=m');
});

it('how one stands says whether it is on the televisions', () => {
  const stand = (state: Submission['state'], published = false) =>
    submissionStand({ state, published }).words;
  expect(stand('waiting')).toBe('待处理');
  expect(stand('taken')).toBe('已采用，在编辑');
  expect(stand('taken', true)).toBe('已发布');
  expect(stand('declined')).toBe('不采用');
  expect(stand('withdrawn')).toBe('已撤回');
});

it('who sent it is named as far as it is known', () => {
  expect(senderOf({ source: 'console', sender: 'zhang' })).toBe('zhang');
  expect(senderOf({ source: 'phone', sender: '张三' })).toBe('张三（手机扫码）');
  expect(senderOf({ source: 'phone', sender: '' })).toBe('手机扫码');
});
