import { describe, expect, it } from 'vitest';

import type { QuestionForm } from '../api/types';
import { formOf, textOf, Unreadable } from './written';

const FORM: QuestionForm = {
  questions: [
    {
      id: 'q1',
      text: '总的看法',
      hint: '想好再选',
      required: true,
      page: 1,
      kind: { kind: 'grade', grades: ['满意', '不满意', '不清楚'], unknown_last: true },
    },
    {
      id: 'q2',
      text: '逐个评',
      hint: '',
      required: false,
      page: 2,
      only_if: { question: 'q1', any_of: [0, 1] },
      kind: {
        kind: 'matrix',
        rows: ['水利站', '文化站'],
        grades: ['好', '差'],
        unknown_last: false,
      },
    },
    {
      id: 'q3',
      text: '一年去几次',
      hint: '',
      required: true,
      page: 2,
      kind: { kind: 'number', least: -1, most: 99, unit: '次' },
    },
    {
      id: 'q4',
      text: '还想说',
      hint: '',
      required: true,
      page: 2,
      kind: { kind: 'sentences', sentences: ['快、好', '没人管'], most: 1 },
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

describe('a form as text', () => {
  it('is a table from which the same form is read again', () => {
    const text = textOf(FORM);
    expect(text).toContain('总的看法\t等级\t满意、不满意、不清楚');
    expect(text).toContain('快、好|没人管');
    expect(formOf(text)).toEqual(FORM);
  });

  it.each<[string, Partial<QuestionForm['questions'][number]>]>([
    ['a name of its own', { id: 'general' }],
    ['a last grade that counts', { kind: { kind: 'grade', grades: ['好', '差', '不清楚'] } }],
    ['a text of two lines', { text: '总的\n看法' }],
    ['a kind that is not known', { kind: { kind: 'unknown' } }],
  ])('is JSON where a table cannot say %s', (_what, change) => {
    const form = {
      questions: [{ ...FORM.questions[0], ...change } as QuestionForm['questions'][number]],
    };
    expect(formOf(textOf(form))).toEqual(form);
  });

  it('may be a whole draft, or the questions alone', () => {
    expect(formOf(JSON.stringify({ title: '评议', form: FORM }))).toEqual(FORM);
    expect(formOf(JSON.stringify(FORM.questions))).toEqual(FORM);
  });
});

describe('a table', () => {
  it('may have no head, and an option a cell', () => {
    const rows = [
      '总的看法\t等级\t满意\t不满意\t不了解',
      '最急的是什么\t多选\t路\t水\t\t电',
      '一年去几次\t填数\t0\t99\t次',
      '要改什么\t句子\t太慢|没人管',
      '还来吗\t单选\t来、不来',
    ];
    expect(formOf(rows.join('\n')).questions.map(({ id, kind }) => ({ id, ...kind }))).toEqual([
      { id: 'q1', kind: 'grade', grades: ['满意', '不满意', '不了解'], unknown_last: true },
      { id: 'q2', kind: 'several', options: ['路', '水', '电'], least: 1, most: 3 },
      { id: 'q3', kind: 'number', least: 0, most: 99, unit: '次' },
      { id: 'q4', kind: 'sentences', sentences: ['太慢', '没人管'], most: 2 },
      { id: 'q5', kind: 'one', options: ['来', '不来'] },
    ]);
  });

  it('may be the file of an import', () => {
    const { questions } = formOf(
      [
        '题目,类型,选项,评谁,最少,最多,单位,必答,条件,提示',
        '收成怎么样？,单选,比去年好、比去年差,,,,,,,',
        '为什么？,多选,雨水太多、卖不上价,,1,2,,否,1：比去年差,最多选两项',
        '几口人？,数字,,,1,12,口,,,',
        '这几件事？,逐个评,好、不好、不清楚,路灯、自来水,,,,,,',
      ].join('\n'),
    );
    expect(questions.map(({ required, only_if, hint }) => [required, only_if, hint])).toEqual([
      [true, undefined, ''],
      [false, { question: 'q1', any_of: [1] }, '最多选两项'],
      [true, undefined, ''],
      [true, undefined, ''],
    ]);
    expect(questions[3]?.kind).toMatchObject({ rows: ['路灯', '自来水'], unknown_last: true });
  });

  it.each([
    ['总的看法\t打星\t1\t2', '第 1 行的类型“打星”'],
    ['\n总的看法\t单选\t好', '第 2 行至少要有两个选项'],
    ['题目\t类型\t最少\t最多\n去几次\t数字\t多\t少', '第 2 行的最少“多”'],
    ['题目\t类型\t最少\n去几次\t数字\t1', '要写明最小和最大'],
    ['题目\t类型\t选项\n逐个\t逐个评\t好、差', '第 2 行要写评谁'],
    ['题目\t类型\n', '还没有题目'],
    ['题目\t类型\t颜色\n', '不认识“颜色”'],
    ['题目\t类型\t问题\n', '“题目”这一列有两个'],
    ['题目\t类型\t选项\n\t单选\t好、差', '第 2 行没有写题目'],
    ['题目\t类型\t选项\t条件\n甲\t单选\t好、差\t1：好', '第 2 行的条件'],
    ['题目\t类型\t选项\t条件\n甲\t单选\t好、差\t\n乙\t单选\t好、差\t1：坏', '没有选项“坏”'],
    ['题目\t类型\t选项\t条件\n甲\t单选\t好、差\t\n乙\t单选\t好、差\t1：', '没有选项“”'],
  ])('says where it is wrong: %j', (text, words) => expect(trouble(text)).toContain(words));
});

it.each([
  ['', '还没有题目'],
  ['{"questions": [', '括号'],
  ['{"title": "x"}', '没有找到题目'],
  ['{"questions": []}', '还没有题目'],
  ['[{"id": "q1", "text": "x"}]', '第 1 题'],
  ['[null]', '第 1 题'],
])('says what is wrong with %j', (text, words) => expect(trouble(text)).toContain(words));
