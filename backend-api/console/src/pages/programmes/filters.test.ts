import { expect, it } from 'vitest';

import type { StaffProgramme } from '../../api/types';
import { quality, whichOf } from './filters';

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

it('asks the server for what is chosen', () => {
  const all = { captions: 'all', list: '', stand: 'all', q: '' } as const;
  expect(whichOf(all)).toEqual({});
  expect(whichOf({ captions: 'without', list: 'news', stand: 'failed', q: ' 棚 ' })).toEqual({
    list: 'news',
    text: '棚',
    captions: false,
    stand: 'failed',
  });
});

it('says how good it is', () => {
  expect(quality(programme)).toBe('1920×1080，有声音');
  expect(quality({ renditions: [] })).toBe('没有可以播放的文件');
});
