import { expect, it } from 'vitest';

import { cellsOf, csvOf, decoded } from './text';

it('reads what is pasted from a spreadsheet', () => {
  expect(cellsOf('姓名\t电话\r\n石有田\t0400\r\n\t\r\n')).toEqual([
    ['姓名', '电话'],
    ['石有田', '0400'],
    ['', ''],
  ]);
  // A cell of two lines is quoted; a quotation mark inside is doubled.
  expect(cellsOf('a\t"两行\n的""格子"""\tc')).toEqual([['a', '两行\n的"格子"', 'c']]);
  // A comma in a pasted cell is none that parts.
  expect(cellsOf('姓名\t备注\n王芳\t病了, 在家')[1]).toEqual(['王芳', '病了, 在家']);
});

it('reads CSV with commas or semicolons', () => {
  expect(cellsOf('a,b\n"x,y",z')).toEqual([
    ['a', 'b'],
    ['x,y', 'z'],
  ]);
  expect(cellsOf('a;b\nc;d')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(cellsOf('')).toEqual([]);
});

it('reads a file whatever office wrote it', () => {
  expect(decoded(new TextEncoder().encode('姓名'))).toBe('姓名');
  expect(decoded(new Uint8Array([0xef, 0xbb, 0xbf, 0xe5, 0xa7, 0x93]))).toBe('姓');
  expect(decoded(new Uint8Array([0xd0, 0xd5, 0xc3, 0xfb]))).toBe('姓名');
  expect(decoded(new Uint8Array([0xff, 0xfe, 0xd3, 0x59]))).toBe('姓');
});

it('writes a line a row, whatever is in the cells, and reads it again', () => {
  const text = csvOf([
    ['姓名', '户名'],
    ['王 "小" 芳', '3 号,\n东院'],
  ]);
  expect(text.split('\r\n')).toHaveLength(3);
  expect(cellsOf(text)).toEqual([
    ['姓名', '户名'],
    ['王 "小" 芳', '3 号, 东院'],
  ]);
});
