import { describe, expect, it } from 'vitest';

import type { QuestionForm, QuestionKind } from '../../api/types';
import { counted, judge } from '../../forms/form';
import type { Sheet } from './sheet';
import { begun, keyOf, pressed, readWords } from './sheet';

const asked = (id: string, kind: QuestionKind, more = {}) => ({ id, text: id, kind, ...more });
const FORM: QuestionForm = {
  questions: [
    asked('q1', { kind: 'one', options: ['满意', '不满意'] }, { required: true }),
    asked(
      'q2',
      { kind: 'sentences', sentences: ['太慢', '态度不好', '没人管'], most: 2 },
      { only_if: { question: 'q1', any_of: [1] } },
    ),
    asked('q3', { kind: 'number', least: -5, most: 120, unit: '次' }),
    asked('q4', { kind: 'matrix', rows: ['村委会', '水利站'], grades: ['好', '一般', '差'] }),
    asked('q5', { kind: 'several', options: ['路', '水', '电'], least: 2, most: 2 }),
  ],
};

/** Presses keys one after the other: `1`, `E` (Enter), `B` (Backspace), `-`. */
function read(keys: string, form = FORM): Sheet {
  return Array.from(keys).reduce((sheet, name) => {
    const key = keyOf(name === 'E' ? 'Enter' : name === 'B' ? 'Backspace' : name);
    if (key === null) throw new Error(`${name} is no key`);
    return pressed(form, sheet, key);
  }, begun(form));
}

describe('a sheet', () => {
  it('is read by digits, from the first question to the last', () => {
    const sheet = read('1' + '12E' + '13' + '13E');
    expect(sheet.at).toBeNull();
    expect(counted(FORM, sheet.answers)).toEqual([
      { question: 'q1', chosen: [0] },
      { question: 'q3', number: 12 },
      { question: 'q4', chosen: [0, 2] },
      { question: 'q5', chosen: [0, 2] },
    ]);
  });

  it('asks more after an answer that wants it, and forgets that when it is changed', () => {
    const more = read('2' + '31E');
    expect(counted(FORM, more.answers)).toEqual([
      { question: 'q1', chosen: [1] },
      { question: 'q2', chosen: [0, 2] },
    ]);
    const changed = read('2' + '31E' + 'BB' + '1');
    expect(changed.at).toBe(2);
    expect(counted(FORM, changed.answers)).toEqual([{ question: 'q1', chosen: [0] }]);
  });

  it('may be blank', () => {
    const sheet = read('0' + 'E' + '00' + 'E');
    expect(sheet.at).toBeNull();
    expect(counted(FORM, sheet.answers)).toEqual([]);
    expect(judge(FORM, sheet.answers).map(({ question }) => question)).toEqual(['q1']);
  });

  it('takes a number within its bounds, below nought too', () => {
    expect(counted(FORM, read('1' + '-5E').answers)[1]).toEqual({ question: 'q3', number: -5 });
    const much = read('1' + '121E');
    expect(much).toMatchObject({ at: 2, typed: '' });
    expect(much.refused).toContain('-5 到 120');
    expect(read('1' + '12B').typed).toBe('1');
    expect(read('1' + '5-').typed).toBe('5');
    expect(read('1' + '9'.repeat(20)).refused).toContain('太长');
  });

  it('takes no option that is not there and not more than may be chosen', () => {
    expect(read('3')).toMatchObject({ at: 0, answers: [], refused: '只有 1 到 2；没有填的按 0。' });
    const three = read('2' + '123');
    expect(three.refused).toContain('最多选 2 个');
    expect(counted(FORM, three.answers)[1]).toEqual({ question: 'q2', chosen: [0, 1] });
    expect(read('1' + 'E' + '00' + '1E').refused).toContain('至少选 2 个');
  });

  it('takes a choice back by the same digit', () => {
    expect(counted(FORM, read('2' + '121').answers)[1]).toEqual({ question: 'q2', chosen: [1] });
  });

  it('goes back row by row and question by question, and no further', () => {
    expect(read('1' + '7E' + '1B')).toMatchObject({ at: 3, row: 0 });
    expect(read('1' + '7E' + 'B')).toMatchObject({ at: 2 });
    expect(read('BBB')).toMatchObject({ at: 0 });
    expect(read('1' + 'E' + '00' + 'E' + 'B')).toMatchObject({ at: 4 });
  });

  it('knows keys that mean nothing', () => {
    for (const name of ['a', 'F5', 'ArrowLeft', ' ', '１']) expect(keyOf(name)).toBeNull();
  });
});

it('says what was read', () => {
  const sheet = read('1' + '12E' + '10' + '13E');
  const words = FORM.questions.map((question) =>
    readWords(
      question,
      sheet.answers.find((one) => one.question === question.id),
    ),
  );
  expect(words).toEqual(['1 满意', '空白', '12次', '村委会：1 好；水利站：空白', '1 路、3 电']);
});
