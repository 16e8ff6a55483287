import { expect, it } from 'vitest';

import { assigned, letter, matched, sheetOf } from './columns';

const read = (...rows: string[][]) => rows.map((cells, n) => ({ line: n + 1, cells }));

it('knows columns by what people write over them', () => {
  expect(
    matched('members', ['姓 名', '身份证号（18位）', '联系电话', '备注', '户号', '电话']),
  ).toEqual(['name', 'id_number', 'phone', null, 'household', null]);
  expect(matched('households', ['单位', '户名', '电视'])).toEqual([
    'organization_code',
    'name',
    'terminal',
  ]);
});

it('leaves out empty rows and the title above the header', () => {
  const sheet = sheetOf(
    'members',
    read(
      ['清河镇党员名册', '', ''],
      ['', ''],
      ['姓名', '身份', '户名'],
      ['石有田', '党员'],
      ['', '', ' '],
    ),
  );
  expect(sheet?.fields).toEqual(['name', 'status', 'household']);
  // Each row as wide as the header, with the line people see.
  expect(sheet?.rows).toEqual([{ line: 4, cells: ['石有田', '党员', ''] }]);
});

it('keeps columns that have no header', () => {
  const sheet = sheetOf('members', read(['姓名', '电话'], ['石有田', '0400', '3 号']));
  expect(sheet?.header).toEqual(['姓名', '电话', '']);
  expect(sheet?.rows[0]?.cells).toEqual(['石有田', '0400', '3 号']);
  expect(sheetOf('members', read(['', '']))).toBeNull();
});

it('says of one column what it is, and of no other the same', () => {
  expect(assigned(['name', null, 'phone'], 1, 'name')).toEqual([null, 'name', 'phone']);
  expect(assigned(['name', null], 0, null)).toEqual([null, null]);
});

it('calls columns as spreadsheets do', () => {
  expect([0, 3, 25, 26, 27].map(letter)).toEqual(['A', 'D', 'Z', 'AA', 'AB']);
});
