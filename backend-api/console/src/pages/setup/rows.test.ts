import { describe, expect, it } from 'vitest';

import type { Organization } from '../../api/types';
import type { Row } from './rows';
import { cellKey, codesFor, counted, EMPTY, kindOf, pasted, sending, troublesOf } from './rows';

const row = (name: string, more: Partial<Row> = {}): Row => ({ ...EMPTY, name, ...more });
const there: Organization[] = [
  { id: '1', parent_id: null, kind: 'township', code: 'QH', name: '清河镇' },
  { id: '2', parent_id: '1', kind: 'village', code: 'QH-02', name: '张家村' },
];

describe('pasting', () => {
  it('puts a column of names below each other', () => {
    const after = pasted([EMPTY, EMPTY], '河西村\n石桥村\n李家村\n', 0, 'name');
    expect(after.map(({ name }) => name)).toEqual(['河西村', '石桥村', '李家村']);
  });

  it('begins at the cell it was put into and leaves the rest as it is', () => {
    const rows = [row('河西村'), row('石桥村', { kind: '村' })];
    expect(pasted(rows, '站所\tNY', 1, 'kind')).toEqual([
      row('河西村'),
      row('石桥村', { kind: '站所', code: 'NY' }),
    ]);
  });

  it('goes by the heads of a spreadsheet, in any order, and leaves others out', () => {
    const text = '序号\t代码\t村名\t人口\n1\tHX\t河西村\t812\n2\tSQ\t石桥村\t640\n';
    expect(pasted([], text, 0, 'name')).toEqual([
      row('河西村', { code: 'HX' }),
      row('石桥村', { code: 'SQ' }),
    ]);
  });
});

it('takes most for villages and reads a kind from a name', () => {
  expect(kindOf(row('河西村'))).toBe('village');
  expect(kindOf(row('财政所'))).toBe('office');
  expect(kindOf(row('河西村第一党支部'))).toBe('branch');
  expect(kindOf(row('河西', { kind: '社区' }))).toBe('village');
  expect(kindOf(row('河西', { kind: '连队' }))).toBeUndefined();
});

it('gives codes that nobody has', () => {
  const rows = [row('甲村'), row('乙村', { code: 'QH-01' }), EMPTY, row('丙村')];
  expect(codesFor(rows, 'QH', there)).toEqual(['QH-03', 'QH-01', '', 'QH-04']);
});

describe('sending', () => {
  it('finds a parent by code or by name and leaves empty rows out', () => {
    const rows = [
      EMPTY,
      row('河西村第一党支部', { parent: '河西村' }),
      row('河西村', { code: 'HX' }),
      row('张家村第一党支部', { parent: 'QH-02' }),
      row('别处的支部', { parent: '王家村' }),
    ];
    const { rows: sent, at, troubles } = sending(rows, 'QH', there);
    expect(at).toEqual([1, 2, 3, 4]);
    expect(sent.map((one) => one.parent_code)).toEqual(['HX', '', 'QH-02', '王家村']);
    expect(troubles.size).toBe(0);
    expect(counted(sent)).toBe('1 个村、3 个支部');
  });

  it('says what it cannot read at the cell', () => {
    const rows = [
      row('河西村', { kind: '连队' }),
      row('支部', { parent: '张家村' }),
      row('张家村', { code: 'X' }),
    ];
    const { troubles } = sending(rows, 'QH', there);
    expect([...troubles.keys()]).toEqual([cellKey(0, 'kind'), cellKey(1, 'parent')]);
  });
});

it('puts what the server says at the cells of the rows that were sent', () => {
  const said = troublesOf(
    [
      { field: 'rows[1].parent_code', message: '没有' },
      { field: 'rows[0].code', message: '已用' },
      { field: 'rows[0].code', message: '又一句' },
      { field: 'rows', message: '太多' },
    ],
    [3, 5],
  );
  expect([...said.troubles]).toEqual([
    [cellKey(5, 'parent'), '没有'],
    [cellKey(3, 'code'), '已用'],
  ]);
  expect(said.rest).toEqual(['太多']);
});
