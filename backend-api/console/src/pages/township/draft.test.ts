import { expect, it } from 'vitest';

import { Refusal } from '../../api/refusal';
import type { Township } from '../../api/types';
import {
  called,
  mannersOf,
  mannersSaid,
  ofHelp,
  ofSection,
  ofWords,
  sectionOf,
  spoken,
  withHelp,
  withManners,
  withSection,
  withWords,
} from './draft';

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
  const named = { help: [{ office: '便民中心', telephone: '1', name: ' 袁月华 ' }] };
  expect(called(withHelp(township, named).help ?? [])).toBe('便民中心 袁月华 1');
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

it('keeps how words are read, and says which one the server complains of', () => {
  const after = withWords(township, { pronunciations: [{ word: ' 单家村', said: '善家村 ' }] });
  expect(after.sections).toBe(township.sections);
  expect(spoken(after.pronunciations ?? [])).toBe('单家村 读作 善家村');
  expect(spoken([])).toBe('没有');
  const refused = new Refusal(422, 'invalid', '有内容填写得不对。', [
    { field: 'pronunciations[1].word', message: '这个词写了两次' },
  ]);
  expect((ofWords(refused) as Refusal).fields).toEqual([
    { field: 'pronunciations[1].word', message: '第 2 个：这个词写了两次' },
  ]);
});

it('keeps when televisions are quiet, and says it', () => {
  expect(mannersOf(township)).toEqual({ from_hour: 22, until_hour: 6, live_fills_home: false });
  expect(mannersSaid(township)).toBe(
    '22:00 到 6:00 不打扰；首页没人按键，30 秒后问一声要不要看直播',
  );
  const after = withManners(township, { from_hour: 7, until_hour: 7, live_fills_home: true });
  expect(after.sections).toBe(township.sections);
  expect(mannersSaid(after)).toBe('夜里也照常提醒；首页没人按键，20 秒后整屏放正在进行的直播');
});
