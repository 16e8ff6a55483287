import { expect, it } from 'vitest';

import type { Question } from '../api/types';
import { screensOf } from './screens';

const question = (kind: Question['kind'], required = true): Question => ({
  id: 'q',
  text: '怎么样',
  required,
  kind,
});

it('puts a question a screen, each option under its digit', () => {
  const [screen] = screensOf({ questions: [question({ kind: 'one', options: ['好', '坏'] })] });
  expect(screen?.options).toEqual([
    { digit: 1, label: '好' },
    { digit: 2, label: '坏' },
  ]);
  expect(screen?.next).toBeNull();
});

it('puts each row of a table on a screen of its own', () => {
  const matrix = question({ kind: 'matrix', rows: ['水利站', '文化站'], grades: ['好', '坏'] });
  const screens = screensOf({
    questions: [matrix, question({ kind: 'number', least: 1, most: 9 })],
  });
  expect(screens.map(({ at, row }) => [at, row])).toEqual([
    [0, '水利站'],
    [0, '文化站'],
    [1, ''],
  ]);
  expect(screens[2]?.note).toBe('填 1 到 9，再按“确定”。');
});

it('leads on where several may be chosen, or nothing', () => {
  const several = question({ kind: 'several', options: ['甲', '乙'], least: 1, most: 2 });
  const optional = question({ kind: 'one', options: ['甲', '乙'] }, false);
  const nexts = screensOf({ questions: [several, optional] }).map(({ next }) => next);
  expect(nexts).toEqual(['下一题', '不答，下一题']);
});

it('puts options into lines where one has no room in a tile', () => {
  const of = (...options: string[]) => question({ kind: 'one', options });
  const lined = (one: Question) => screensOf({ questions: [one] }).map((screen) => screen.lined);
  expect(lined(of('夜里停水先通知', '别的'))).toEqual([false]);
  expect(lined(of('给老人装大字水表', '别的'))).toEqual([true]);
});
