import { expect, it } from 'vitest';

import { csvOf } from './table_file';

it('is what Excel reads', () =>
  expect(
    csvOf([
      ['支部', '出席率'],
      ['张家村', '91.4%'],
    ]),
  ).toBe('\uFEFF支部,出席率\r\n张家村,91.4%\r\n'));

it('keeps commas and quotes in their cell, and lets nothing be a formula', () => {
  expect(csvOf([['东岭,西岭', '他说"好"']])).toContain('"东岭,西岭","他说""好"""');
  expect(csvOf([['=HYPERLINK(1)', '-2', '@x', -3]])).toBe("\uFEFF'=HYPERLINK(1),-2,'@x,-3\r\n");
});
