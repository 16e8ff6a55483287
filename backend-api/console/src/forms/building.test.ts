import { describe, expect, it } from 'vitest';

import type { Question, QuestionForm } from '../api/types';
import {
  added,
  BLANK,
  breaksBefore,
  broken,
  changed,
  conditioned,
  copied,
  dependents,
  joined,
  lineAdded,
  lineMoved,
  lineRemoved,
  lineWritten,
  moved,
  rekinded,
  removed,
} from './building';

const one = (id: string, page: number, only?: [string, number[]]): Question => ({
  id,
  text: id,
  page,
  kind: { kind: 'one', options: ['甲', '乙', '丙'] },
  ...(only ? { only_if: { question: only[0], any_of: only[1] } } : {}),
});
const FORM: QuestionForm = {
  questions: [one('q1', 1), one('q2', 1, ['q1', [0, 2]]), one('q3', 2), one('q4', 3)],
};
const ids = ({ questions }: QuestionForm) => questions.map(({ id }) => id);
const pages = ({ questions }: QuestionForm) => questions.map(({ page }) => page);
const condition = (form: QuestionForm, at: number) => form.questions[at]?.only_if?.any_of;

describe('questions', () => {
  it('are added under a name of their own, on the last page', () => {
    const form = added(removed(FORM, 1), 'grade');
    expect(ids(form)).toEqual(['q1', 'q3', 'q4', 'q5']);
    expect(pages(form)).toEqual([1, 2, 3, 3]);
    expect(pages(added({ questions: [] }, 'one'))).toEqual([1]);
    // A name that was given up and one that is in use.
    expect(ids(added({ questions: [one('q2', 1)] }, 'one'))).toEqual(['q2', 'q3']);
  });

  it('are copied behind themselves with their conditions', () => {
    const form = copied(FORM, 1);
    expect(ids(form)).toEqual(['q1', 'q2', 'q5', 'q3', 'q4']);
    expect(condition(form, 2)).toEqual([0, 2]);
    expect(pages(form)).toEqual([1, 1, 1, 2, 3]);
  });

  it('take their page break along when they move, and pages stay in order', () => {
    const form = moved(FORM, 2, -1);
    expect(ids(form)).toEqual(['q1', 'q3', 'q2', 'q4']);
    expect(pages(form)).toEqual([1, 2, 2, 3]);
    expect(moved(FORM, 0, -1)).toEqual(FORM);
    expect(moved(FORM, 3, 1)).toEqual(FORM);
    expect(moved(moved(FORM, 1, 1), 2, -1)).toEqual(FORM);
  });

  it('are removed, and what depended on them is always asked', () => {
    expect(dependents(FORM, 0)).toEqual([1]);
    const form = removed(FORM, 0);
    expect(ids(form)).toEqual(['q2', 'q3', 'q4']);
    expect(form.questions[0]).not.toHaveProperty('only_if');
  });

  it('begin a page or do not', () => {
    expect([0, 1, 2, 3].map((at) => breaksBefore(FORM, at))).toEqual([false, false, true, true]);
    expect(pages(broken(FORM, 1, true))).toEqual([1, 2, 3, 4]);
    expect(pages(broken(FORM, 2, false))).toEqual([1, 1, 1, 2]);
  });

  it('keep what can be chosen when they are answered in another way', () => {
    const several = rekinded(FORM, 0, 'several').questions[0]?.kind;
    expect(several).toEqual({ kind: 'several', options: ['甲', '乙', '丙'], least: 1, most: 2 });
    expect(rekinded(FORM, 0, 'number').questions[0]?.kind).toEqual(BLANK.number());
    const blank = rekinded(added({ questions: [] }, 'one'), 0, 'grade');
    expect(blank.questions[0]?.kind).toEqual(BLANK.grade());
  });

  it('are asked always or under a condition', () => {
    const only = { question: 'q1', any_of: [1] };
    expect(conditioned(FORM, 2, only).questions[2]?.only_if).toEqual(only);
    expect(conditioned(FORM, 1, null).questions[1]).not.toHaveProperty('only_if');
    expect(changed(FORM, 9, { text: '没有' })).toBe(FORM);
  });
});

describe('what can be chosen', () => {
  it('goes on meaning the same to what depends on it', () => {
    expect(condition(lineRemoved(FORM, 0, 1), 1)).toEqual([0, 1]);
    expect(condition(lineRemoved(FORM, 0, 0), 1)).toEqual([1]);
    expect(condition(lineMoved(FORM, 0, 2, -1), 1)).toEqual([0, 1]);
    expect(condition(lineWritten(FORM, 0, 0, '丁'), 1)).toEqual([0, 2]);
    expect(lineMoved(FORM, 0, 0, -1)).toBe(FORM);
  });

  it('gets a line more, before one that says nothing', () => {
    const form = lineAdded(added({ questions: [] }, 'grade'), 0);
    expect(form.questions[0]?.kind).toMatchObject({
      grades: ['满意', '基本满意', '不满意', '', '不了解'],
    });
    expect(lineAdded(FORM, 0).questions[0]?.kind).toMatchObject({
      options: ['甲', '乙', '丙', ''],
    });
  });
});

it('joins two forms whose questions have the same names', () => {
  const form = joined(FORM, { questions: [one('q1', 1), one('q2', 2, ['q1', [1]])] });
  expect(ids(form)).toEqual(['q1', 'q2', 'q3', 'q4', 'q5', 'q6']);
  expect(form.questions[5]?.only_if).toEqual({ question: 'q5', any_of: [1] });
  expect(pages(form)).toEqual([1, 1, 2, 3, 3, 4]);
  expect(joined({ questions: [] }, FORM)).toEqual(FORM);
});
