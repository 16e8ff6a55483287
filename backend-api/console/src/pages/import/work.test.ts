import { expect, it } from 'vitest';

import type { Organization } from '../../api/types';
import {
  answered,
  begun,
  isLeft,
  problemsIn,
  ready,
  withCell,
  withField,
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
const report = { added: 1, changed: 0, unchanged: 0, complaints: [], duplicates: [] };

it('writes what is right and keeps what is not', () => {
  const problems = problemsIn(START, RULES);
  expect(linesOf(problems)).toEqual([3, 4]);
  expect(linesOf(ready(START, problems))).toEqual([2]);
});

it('takes a cell that was mended, and a row that is left out for now', () => {
  const mended = withCell(START, 3, 0, ' 林望春 ');
  const skipped = withSkipped(mended, 4, true);
  expect(problemsIn(skipped, RULES)).toEqual([]);
  expect(linesOf(ready(skipped, []))).toEqual([2, 3]);
  expect(linesOf(problemsIn(withSkipped(skipped, 4, false), RULES))).toEqual([4]);
});

it('judges anew when a column is something else', () => {
  const without = withField(START, 1, null);
  expect(linesOf(problemsIn(without, RULES))).toEqual([3]);
});

it('keeps rows that the server left out, with what it says, until they are changed', () => {
  const said = [{ line: 2, at: 0, words: '这个人已登记为离开' }];
  const after = answered(withCell(START, 3, 0, '林望春'), [2, 3], said, report, (line) => line);
  expect([...after.written]).toEqual([3]);
  expect(linesOf(problemsIn(after, RULES))).toEqual([2, 4]);
  const again = withCell(after, 2, 0, '石有粮');
  expect(linesOf(problemsIn(again, RULES))).toEqual([4]);
  expect(isLeft(again)).toBe(true);
});

it('sums up what was written, and says who is alike', () => {
  const like = [
    {
      member_id: 'x',
      name: '石有田',
      organization: { id: 'q', name: '柳林村' },
      shared: ['id_number'],
    },
  ];
  const first = answered(
    START,
    [2],
    [],
    { ...report, duplicates: [{ line: 2, member_id: 'm', like }] },
    (line) => line + 10,
  );
  const second = answered(first, [3, 4], [], { ...report, added: 0, changed: 2 }, (line) => line);
  expect(second.sum).toEqual({ added: 1, changed: 2, unchanged: 0 });
  expect(second.alike).toEqual(['第 12 行和 石有田（柳林村） 可能是一个人，已登记，没有合并']);
  expect(isLeft(second)).toBe(false);
});

it('writes a row again that was changed afterwards', () => {
  const done = answered(START, [2], [], report, (line) => line);
  const changed = withCell(done, 2, 1, '13800000009');
  expect(changed.written.has(2)).toBe(false);
});
