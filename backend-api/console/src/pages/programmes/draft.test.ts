import { expect, it } from 'vitest';

import type { StaffProgramme } from '../../api/types';
import { captionsOf, editOf, fieldsOf, read, titleOf } from './draft';

const file = { name: 'a.vtt', bytes: 1, media_type: 'text/vtt' };
const programme: StaffProgramme = {
  id: 'p1',
  category: 'news',
  organization: { id: 'o', name: '农业农村办公室' },
  title: '大棚防冻',
  description: '保温被',
  published_at_ms: 1_795_312_800_000,
  duration_ms: 372_000,
  poster: { screen: file, thumb: file, width: 8, height: 8 },
  renditions: [],
  captions: [
    { language: 'en', file },
    { language: 'zh-Hans', file },
  ],
  state: 'draft',
  version: 3,
  organization_code: 'nongye',
  audience_code: 'town',
  imported: false,
  updated_at_ms: 0,
  film: { state: 'ready', percent: 100, may_retry: false },
};

it('makes a title of the name of a file', () => {
  expect(['春耕.mp4', '第1.5课.课堂.MKV', '没有结尾', '.mp4'].map(titleOf)).toEqual([
    '春耕',
    '第1.5课.课堂',
    '没有结尾',
    '',
  ]);
});

it('writes back what was read, and nothing else', () => {
  expect(editOf(fieldsOf(programme), programme)).toEqual({
    title: '大棚防冻',
    category: 'news',
    organization_code: 'nongye',
    audience_code: 'town',
    summary: '保温被',
    captions: [{ language: 'en' }, { language: 'zh-Hans' }],
    dated_at_ms: 1_795_312_800_000,
  });
  // A draft has its date when it is published.
  expect(fieldsOf({ ...programme, published_at_ms: 0 }).dated_at_ms).toBeNull();
  const fields = { ...fieldsOf(programme), dated_at_ms: null };
  expect(editOf(fields, programme)).not.toHaveProperty('dated_at_ms');
});

it('names a still picture only if it is another one', () => {
  const other = { ...programme.poster, screen: { ...file, name: 'b.jpg' } };
  const fields = { ...fieldsOf(programme), poster: other };
  expect(editOf(fields, programme).poster).toEqual(other);
  expect(editOf(fieldsOf(programme), programme)).not.toHaveProperty('poster');
});

it('replaces the Chinese captions only', () => {
  const given = { kind: 'file', name: 'a.srt', text: '1\n' } as const;
  expect(captionsOf(given, programme.captions)).toEqual([
    { language: 'zh-Hans', text: '1\n' },
    { language: 'en' },
  ]);
  expect(captionsOf(given)).toEqual([{ language: 'zh-CN', text: '1\n' }]);
  expect(captionsOf({ kind: 'none' }, programme.captions)).toEqual([]);
});

it('reads fields out', () => {
  const names = {
    organization: (code: string) => (code === 'town' ? '清河镇' : undefined),
    list: (id: string) => `栏目 ${id}`,
    moment: (ms: number) => String(ms),
  };
  expect(read('audience_code', 'town', names)).toBe('清河镇');
  expect(read('organization_code', 'x', names)).toBe('x');
  expect(read('category', 'news', names)).toBe('栏目 news');
  expect(read('captions', { kind: 'file', name: 'a.srt', text: '' }, names)).toBe('a.srt');
  expect(read('captions', { kind: 'kept' }, names)).toBe('有');
  expect(read('dated_at_ms', fieldsOf(programme).dated_at_ms, names)).toBe('1795312800000');
  expect(read('dated_at_ms', null, names)).toBe('');
  expect(read('poster', programme.poster, names)).toBe('一张画面');
  expect(read('poster', undefined, names)).toBe('没有');
});
