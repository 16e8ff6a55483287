import { expect, it } from 'vitest';

import { rowsOf, rowText } from './table';

it('reads what a spreadsheet copies and what a file has', () => {
  expect(rowsOf('题目\t类型\n去几次\t数字\r\n\r\n\t\n好不好\t单选\n')).toEqual([
    { line: 1, cells: ['题目', '类型'] },
    { line: 2, cells: ['去几次', '数字'] },
    { line: 5, cells: ['好不好', '单选'] },
  ]);
  expect(rowsOf('\uFEFFa,"b, ""c""",d')).toEqual([{ line: 1, cells: ['a', 'b, "c"', 'd'] }]);
});

it('knows the line of a row after a cell of two lines', () => {
  expect(rowsOf('"a\nb",c\nd')).toEqual([
    { line: 1, cells: ['a\nb', 'c'] },
    { line: 3, cells: ['d'] },
  ]);
});

it('reads what it wrote', () => {
  const cells = ['a"b', 'c\td', '', 'e,f'];
  expect(rowsOf(rowText(cells, '\t'))[0]?.cells).toEqual(cells);
  expect(rowText(['a', '', ''], '\t')).toBe('a');
});
