import { expect, it } from 'vitest';

import type { Organization } from '../../api/types';
import {
  answered,
  begun,
  chosen,
  isLeft,
  judgedBy,
  problemsIn,
  ready,
  toJudge,
  undecided,
  withCell,
  withChoice,
  withField,
  withInto,
  withSkipped,
} from './work';

const ORGANIZATIONS: Organization[] = [
  { id: 'c7', parent_id: null, kind: 'village', code: 'C07', name: '石桥村' },
];
const RULES = { organizations: ORGANIZATIONS, today: '2026-11-30' };
const START = begun(
  'members',
  '',
  {
    header: ['姓名', '电话'],
    fields: ['name', 'phone'],
    rows: [
      { line: 2, cells: ['石有田', '13800000001'] },
      { line: 3, cells: ['', '13800000002'] },
      { line: 4, cells: ['王芳', '12'] },
    ],
  },
  'C07',
);
const linesOf = (all: readonly { line: number }[]) => all.map(({ line }) => line);
const report = { added: 1, changed: 0, unchanged: 0 };

it('writes what is right and keeps what is not', () => {
  const problems = problemsIn(START, RULES);
  expect(linesOf(problems)).toEqual([3, 4]);
  expect(linesOf(toJudge(START, problems))).toEqual([2]);
  expect(ready(START, problems)).toEqual([]);
  const judged = judgedBy(START, [2], [], []);
  expect(linesOf(ready(judged, problems))).toEqual([2]);
  expect(toJudge(judged, problems)).toEqual([]);
  // Mended, it is judged again.
  const mended = withCell(judged, 2, 1, '13800000003');
  expect(linesOf(toJudge(mended, problemsIn(mended, RULES)))).toEqual([2]);
  expect(linesOf(toJudge(withInto(judged, 'C08'), []))).toEqual([2, 3, 4]);
});

it('writes nobody who may be somebody until it is decided', () => {
  const shown = (name: string) => ({ name, organization: { id: 'c7', name: '石桥村' } });
  const like = ['a', 'b'].map((member_id) => ({
    member_id,
    here: true,
    person: shown('石有田'),
    shared: ['name'],
    differs: ['phone'],
  }));
  const judged = judgedBy(START, [2], [], [{ line: 2, row: shown('石有田'), like }]);
  const problems = problemsIn(judged, RULES);
  expect(problems[0]).toMatchObject({ line: 2, at: 0, double: true });
  expect(problems[0]?.words).toContain('石有田（石桥村）');
  expect(ready(judged, problems)).toEqual([]);
  // One of two does not say who they are; that they are one says that they are no other.
  expect(linesOf(undecided(withChoice(judged, 2, 'a', false)))).toEqual([2]);
  const same = withChoice(judged, 2, 'a', true);
  expect([chosen(same, 2, 'a'), chosen(same, 2, 'b')]).toEqual([true, false]);
  expect(undecided(same)).toEqual([]);
  const other = withChoice(same, 2, 'b', true);
  expect([chosen(other, 2, 'a'), chosen(other, 2, 'b')]).toEqual([false, true]);
  // The server judges it as it was decided; and what is decided is about what the row said.
  expect(linesOf(toJudge(same, problemsIn(same, RULES)))).toEqual([2]);
  expect(linesOf(ready(judgedBy(same, [2], [], same.doubles), []))).toEqual([2]);
  const changed = withCell(same, 2, 0, '石有粮');
  expect(chosen(changed, 2, 'a')).toBeUndefined();
  expect(changed.doubles).toEqual([]);
});

it('takes a cell that was mended, and a row that is left out for now', () => {
  const mended = withCell(START, 3, 0, ' 林望春 ');
  const skipped = withSkipped(mended, 4, true);
  expect(problemsIn(skipped, RULES)).toEqual([]);
  expect(linesOf(toJudge(skipped, []))).toEqual([2, 3]);
  expect(linesOf(problemsIn(withSkipped(skipped, 4, false), RULES))).toEqual([4]);
});

it('judges anew when a column is something else', () => {
  const without = withField(START, 1, null);
  expect(linesOf(problemsIn(without, RULES))).toEqual([3]);
});

it('keeps rows that the server left out, with what it says, until they are changed', () => {
  const said = [{ line: 2, at: 0, words: '这个人已登记为离开' }];
  const after = answered(withCell(START, 3, 0, '林望春'), [2, 3], said, report);
  expect([...after.written]).toEqual([3]);
  expect(linesOf(problemsIn(after, RULES))).toEqual([2, 4]);
  const again = withCell(after, 2, 0, '石有粮');
  expect(linesOf(problemsIn(again, RULES))).toEqual([4]);
  expect(isLeft(again)).toBe(true);
});

it('sums up what was written', () => {
  const first = answered(START, [2], [], { ...report, elsewhere: 1 });
  const second = answered(first, [3, 4], [], { ...report, added: 0, changed: 2 });
  expect(second.sum).toEqual({ added: 1, changed: 2, unchanged: 0, elsewhere: 1 });
  expect(isLeft(second)).toBe(false);
});

it('writes a row again that was changed afterwards', () => {
  const done = answered(START, [2], [], report);
  const changed = withCell(done, 2, 1, '13800000009');
  expect(changed.written.has(2)).toBe(false);
});
