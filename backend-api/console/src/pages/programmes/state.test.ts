import { expect, it } from 'vitest';

import type { StaffProgramme } from '../../api/types';
import { figureWords, standOf, standWords } from './state';

type Stands = Pick<StaffProgramme, 'state' | 'film'>;
const draft = (state: StaffProgramme['film']['state'], percent = 0): Stands => ({
  state: 'draft',
  film: { state, percent, may_retry: false },
});

it('says how a programme stands', () => {
  expect(standWords(draft('waiting'))).toBe('排队等转换');
  expect(standWords(draft('transcoding', 72))).toBe('正在转换 72%');
  expect(standWords(draft('ready', 100))).toBe('草稿');
  expect(standWords(draft('failed'))).toBe('转换失败');
  expect(standWords({ ...draft('ready'), state: 'published' })).toBe('已发布');
  // What was withdrawn has no film on its way, whatever became of it.
  expect(standOf({ ...draft('failed'), state: 'withdrawn' })).toBe('withdrawn');
});

it('tells no count of a few', () => {
  expect(figureWords({ played: 12, finished: 7 })).toEqual(['12 台电视', '7 台电视']);
  expect(figureWords({ played: null, finished: null })).toEqual([
    '不到 5 人，不显示',
    '不到 5 人，不显示',
  ]);
  const [played, finished] = figureWords({ played: 12, finished: null });
  expect(played).toBe('12 台电视');
  // That is also said where nearly all of them went on to the end.
  expect(finished).toContain('没看完的不到 5 人');
});
