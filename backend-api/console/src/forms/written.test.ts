import { describe, expect, it } from 'vitest';

import type { QuestionForm } from '../api/types';
import { formOf, textOf, Unreadable } from './written';

const FORM: QuestionForm = {
  questions: [
    {
      id: 'q1',
      text: '总的看法',
      required: true,
      kind: { kind: 'grade', grades: ['满意', '不满意', '不清楚'], unknown_last: true },
    },
    {
      id: 'q2',
      text: '逐个评',
      only_if: { question: 'q1', any_of: [1] },
      kind: { kind: 'matrix', rows: ['水利站'], grades: ['好', '差'] },
    },
  ],
};

const trouble = (text: string): string => {
  try {
    formOf(text);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(Unreadable);
    return (error as Unreadable).message;
  }
};

it('reads what it wrote', () => expect(formOf(textOf(FORM))).toEqual(FORM));

it('reads a whole draft, or the questions alone', () => {
  expect(formOf(JSON.stringify({ title: '评议', form: FORM }))).toEqual(FORM);
  expect(formOf(JSON.stringify(FORM.questions))).toEqual(FORM);
});

describe('rows of a table', () => {
  it('are questions, each kind with its options', () => {
    const rows = [
      '题目\t类型\t选项',
      '总的看法\t等级\t满意\t不满意\t不了解',
      '',
      '最急的是什么\t多选\t路\t水\t\t电',
      '一年去几次\t填数\t0\t99\t次',
      '要改什么,句子,太慢,没人管',
      '还来吗，单选，来，不来',
    ];
    expect(formOf(rows.join('\n')).questions.map(({ id, kind }) => ({ id, ...kind }))).toEqual([
      { id: 'q1', kind: 'grade', grades: ['满意', '不满意', '不了解'], unknown_last: true },
      { id: 'q2', kind: 'several', options: ['路', '水', '电'], least: 1, most: 3 },
      { id: 'q3', kind: 'number', least: 0, most: 99, unit: '次' },
      { id: 'q4', kind: 'sentences', sentences: ['太慢', '没人管'], most: 2 },
      { id: 'q5', kind: 'one', options: ['来', '不来'] },
    ]);
  });

  it.each([
    ['总的看法\t打星\t1\t2', '第 1 行的类型“打星”'],
    ['\n总的看法\t单选\t好', '第 1 行至少要有两个选项'],
    ['题目\n去几次\t填数\t多\t少', '第 2 行要写最小的数'],
    ['题目\t类型\n', '还没有题目'],
  ])('say where they are wrong: %j', (text, words) => expect(trouble(text)).toContain(words));
});

it.each([
  ['', '还没有题目'],
  ['{"questions": [', '括号'],
  ['{"title": "x"}', '没有找到题目'],
  ['{"questions": []}', '还没有题目'],
  ['[{"id": "q1", "text": "x"}]', '第 1 题'],
  ['[null]', '第 1 题'],
])('says what is wrong with %j', (text, words) => expect(trouble(text)).toContain(words));
