import { expect, it } from 'vitest';

import type { Field, Row, Sheet } from './columns';
import { choicesOf, complaints, doublesOf, MOST_ROWS, partsOf } from './sending';

const FIELDS: (Field | null)[] = ['name', null, 'phone'];
const sheet = (rows: Row[]): Sheet => ({ header: ['姓名', '备注', '手机'], rows, fields: FIELDS });
const row = (line: number, name: string, phone = ''): Row => ({
  line,
  cells: [name, '不要', phone],
});

it('sends the columns that are known under the names the server knows', () => {
  const rows = [row(2, '石有田', '13800000001')];
  const [part] = partsOf('members', sheet(rows), rows, [], 'C07');
  expect(part?.csv).toBe('组织代码,姓名,电话\r\nC07,石有田,13800000001\r\n');
});

it('never parts those of one name, and loses nobody', () => {
  const rows = Array.from({ length: MOST_ROWS.members + 200 }, (_, n) => row(n + 2, `人${n}`));
  rows.push(row(5000, '人0', '13900000002'));
  const parts = partsOf('members', sheet(rows), rows, [], 'C07');
  expect(parts.map((part) => part.rows.length)).toEqual([MOST_ROWS.members, 201]);
  const [first] = parts.filter((part) => part.rows.some(({ cells }) => cells[0] === '人0'));
  expect(first?.rows.filter(({ cells }) => cells[0] === '人0')).toHaveLength(2);
  expect(new Set(parts.flatMap((part) => part.rows.map(({ line }) => line))).size).toBe(
    rows.length,
  );
});

it('sends namesakes that were written before along with the one that is sent again', () => {
  const written = [row(2, '石有田', '13800000001'), row(3, '王芳')];
  const [part, ...more] = partsOf(
    'members',
    sheet([]),
    [row(4, '石 有田', '13900000002')],
    written,
    'C07',
  );
  expect(part?.rows.map(({ line }) => line)).toEqual([2, 4]);
  expect(more).toEqual([]);
});

it('finds the cell of which the server complains', () => {
  const rows = [row(7, '石有田'), row(9, '王芳')];
  const [part] = partsOf('members', sheet(rows), rows, [], 'C07');
  if (!part) throw new Error('no part');
  const said = complaints('members', sheet(rows), part, [
    { line: 3, column: '电话', message: '不对' },
    { line: 2, column: '', message: '已离开' },
    { line: 1, column: '', message: '整张表' },
  ]);
  expect(said).toEqual([
    { line: 9, at: 2, words: '不对' },
    { line: 7, at: null, words: '已离开' },
    { line: 0, at: null, words: '整张表' },
  ]);
});

it('sends what was decided by the lines of the part, and takes doubles back to those of the table', () => {
  const rows = [row(7, '石有田'), row(9, '王芳')];
  const [part] = partsOf('members', sheet(rows), rows, [], 'C07');
  if (!part) throw new Error('no part');
  const shown = { name: '王芳', organization: { id: 'c7', name: '石桥村' } };
  const like = [{ member_id: 'm', here: true, person: shown, shared: ['name'], differs: [] }];
  const doubles = doublesOf(part, [{ line: 3, row: shown, like }]);
  expect(doubles.map(({ line }) => line)).toEqual([9]);
  expect(choicesOf(part, { doubles, choices: new Map() })).toEqual([]);
  const choices = new Map([['9 m', true]]);
  expect(choicesOf(part, { doubles, choices })).toEqual([{ line: 3, member_id: 'm', same: true }]);
});
