import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { Answer, QuestionForm } from '../api/types';
import { asks, counted, isBlank, judge, neighbour } from './form';

const YES_NO = { kind: 'one', options: ['是', '否'] } as const;
const one = (id: string, only?: [string, number[]]) => ({
  id,
  text: id,
  kind: { ...YES_NO, options: [...YES_NO.options] },
  ...(only ? { only_if: { question: only[0], any_of: only[1] } } : {}),
});
const FORM: QuestionForm = {
  questions: [one('a'), one('b', ['a', [0]]), one('c', ['b', [1]]), one('d')],
};
const chose = (question: string, option: number): Answer => ({ question, chosen: [option] });

describe('branching', () => {
  it('asks what belongs to the answer, and nothing else', () => {
    expect(asks(FORM, 1, [])).toBe(false);
    expect(asks(FORM, 1, [chose('a', 0)])).toBe(true);
    expect(asks(FORM, 1, [chose('a', 1)])).toBe(false);
    expect(asks(FORM, 9, [])).toBe(false);
  });

  it('forgets what was answered below a branch that is not gone any more', () => {
    expect(asks(FORM, 2, [chose('a', 0), chose('b', 1)])).toBe(true);
    expect(asks(FORM, 2, [chose('a', 1), chose('b', 1)])).toBe(false);
  });

  it('asks nothing for the sake of a question that comes later or is not there', () => {
    const odd = { questions: [one('a', ['b', [0]]), one('b', ['x', [0]])] };
    const answers = [chose('b', 0), chose('x', 0)];
    expect([asks(odd, 0, answers), asks(odd, 1, answers)]).toEqual([false, false]);
  });

  it('goes over what is not asked, both ways', () => {
    const no = [chose('a', 1)];
    expect(neighbour(FORM, 0, 1, no)).toBe(3);
    expect(neighbour(FORM, 3, -1, no)).toBe(0);
    expect(neighbour(FORM, 0, 1, [chose('a', 0)])).toBe(1);
    expect(neighbour(FORM, 3, 1, no)).toBeNull();
    expect(neighbour(FORM, 0, -1, no)).toBeNull();
  });
});

it('knows a blank', () => {
  expect(isBlank(undefined)).toBe(true);
  expect(isBlank({ question: 'a', chosen: [null, null] })).toBe(true);
  expect(isBlank({ question: 'a', number: 0 })).toBe(false);
  expect(isBlank(chose('a', 0))).toBe(false);
});

interface Case {
  form: QuestionForm;
  answers: Answer[];
  asked: boolean[];
  faults: string[];
  says: string[];
  counted: Answer[];
}

it('judges every case as the server does', () => {
  // Vitest runs in the folder of the console.
  const file = '../contract/tests/form_cases.json';
  const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];
  expect(cases.length).toBeGreaterThan(100);
  for (const { form, answers, ...is } of cases) {
    const about = JSON.stringify({ form, answers });
    const faults = judge(form, answers);
    expect(
      form.questions.map((_, index) => asks(form, index, answers)),
      about,
    ).toEqual(is.asked);
    expect(
      faults.map(({ question }) => question),
      about,
    ).toEqual(is.faults);
    expect(
      faults.map(({ says }) => says),
      about,
    ).toEqual(is.says);
    expect(counted(form, answers), about).toEqual(is.counted);
  }
});
