import { expect, it } from 'vitest';

import { Refusal } from '../../api/refusal';
import type { Township } from '../../api/types';
import { called, ofHelp, ofSection, sectionOf, withHelp, withSection } from './draft';

const notice = { id: 'notice', title: '通知公告', kind: 'bulletins', about: '' } as const;
const films = { id: 'today-1', title: '影片', kind: 'programmes', about: '' } as const;
const township: Township = {
  name: '清河镇',
  title: '清河镇智慧党建',
  sections: [
    { digit: 1, id: 'disclosure', title: '党务公开', color: '#722836', listings: [notice] },
    { digit: 4, id: 'today', title: '今日清河', color: '#1b5646', listings: [films] },
  ],
};

it('changes one section and leaves the rest', () => {
  const [first, second] = township.sections;
  if (!first || !second) throw new Error('two sections');
  const fields = {
    title: ' 今日新清河 ',
    listings: [...sectionOf(second).listings, { title: '新片', kind: 'programmes' as const }],
  };
  const after = withSection(township, 'today', fields);
  expect(after.sections[0]).toBe(first);
  expect(after.sections[1]).toEqual({
    ...second,
    title: '今日新清河',
    listings: [films, { id: 'today-2', title: '新片', kind: 'programmes', about: '' }],
  });
});

it('says which list the server complains of', () => {
  const refused = new Refusal(422, 'invalid', '有内容填写得不对。', [
    { field: 'sections[1].title', message: '太长' },
    { field: 'sections[1].listings[2].title', message: '空着' },
  ]);
  const said = ofSection(refused, 1) as Refusal;
  expect(said.fields).toEqual([
    { field: 'title', message: '太长' },
    { field: 'listings[2].title', message: '第 3 个列表：空着' },
  ]);
});

it('keeps numbers to call, and says which one the server complains of', () => {
  const help = [{ office: ' 党政办公室 ', telephone: '0512-40000001 ', hours: '工作日' }];
  const after = withHelp(township, { help });
  expect(after.sections).toBe(township.sections);
  expect(called(after.help ?? [])).toBe('党政办公室 0512-40000001（工作日）');
  expect(called([])).toBe('没有');
  const refused = new Refusal(422, 'invalid', '有内容填写得不对。', [
    { field: 'help[1].telephone', message: '请写电话' },
    { field: 'help', message: '帮助电话最多写三个' },
  ]);
  expect((ofHelp(refused) as Refusal).fields).toEqual([
    { field: 'help[1].telephone', message: '第 2 个：请写电话' },
    { field: 'help', message: '帮助电话最多写三个' },
  ]);
});
