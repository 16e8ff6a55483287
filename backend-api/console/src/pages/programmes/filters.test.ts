import { expect, it } from 'vitest';

import type { StaffProgramme } from '../../api/types';
import { isWanted, narrowed, quality } from './filters';

const file = { name: 'a.mp4', bytes: 1, media_type: 'video/mp4' };
const programme: StaffProgramme = {
  id: 'p1',
  category: 'news',
  organization: { id: 'o', name: '农业农村办公室' },
  title: '大棚防冻',
  description: 'A 型棚的保温被',
  published_at_ms: 0,
  duration_ms: 372_000,
  poster: { screen: file, thumb: file, width: 8, height: 8 },
  renditions: [{ file, width: 1920, height: 1080, bitrate: 1, has_audio: true }],
  captions: [{ language: 'zh-CN', file }],
  state: 'published',
  version: 1,
  organization_code: 'o',
  audience_code: 'o',
  imported: false,
  updated_at_ms: 0,
  film: { state: 'ready', percent: 100, may_retry: false },
};
const ALL = { captions: 'all', list: '', stand: 'all', q: '' } as const;

it('finds by words, list and captions', () => {
  expect(isWanted(programme, ALL)).toBe(true);
  expect(isWanted(programme, { ...ALL, q: ' a 型 ' })).toBe(true);
  expect(isWanted(programme, { ...ALL, q: '农业农村' })).toBe(true);
  expect(isWanted(programme, { ...ALL, q: '秋收' })).toBe(false);
  expect(isWanted(programme, { ...ALL, list: 'lessons' })).toBe(false);
  expect(isWanted(programme, { ...ALL, captions: 'with' })).toBe(true);
  expect(isWanted(programme, { ...ALL, captions: 'without' })).toBe(false);
  expect(isWanted(programme, { ...ALL, stand: 'draft' })).toBe(false);
  expect(isWanted({ ...programme, state: 'draft' }, { ...ALL, stand: 'draft' })).toBe(true);
  expect(isWanted({ ...programme, captions: [] }, { ...ALL, captions: 'without' })).toBe(true);
});

it('knows whether anything is narrowed', () => {
  expect(narrowed(ALL)).toBe('');
  expect(narrowed({ ...ALL, captions: 'without', q: ' 棚 ' })).toBe('without 棚');
  expect(narrowed({ ...ALL, stand: 'failed', list: 'news' })).toBe('failed news');
});

it('says how good it is', () => {
  expect(quality(programme)).toBe('1920×1080，有声音');
  expect(quality({ renditions: [] })).toBe('没有可以播放的文件');
});
