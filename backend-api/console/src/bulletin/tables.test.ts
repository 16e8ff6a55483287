import { expect, it } from 'vitest';

import { blocksOf } from './pasted';
import { changedTable, emptyTable, expanded, numericColumns, separated, tableOf } from './tables';

it('reads what a sheet puts on the clipboard', () => {
  expect(separated('项目\t元\r\n水电费\t"1,690.20"\r\n')).toEqual([
    ['项目', '元'],
    ['水电费', '1,690.20'],
  ]);
  expect(separated('项目\t"水费\n电费"\n合计\t"他说""好"""')).toEqual([
    ['项目', '水费\n电费'],
    ['合计', '他说"好"'],
  ]);
  expect(separated('一行\t两格')).toBeNull();
  expect(separated('一段话\n又一段话')).toBeNull();
  expect(separated('a\t"没有完\nb\tc')).toBeNull();
});

it('fills every place that a joined cell covers', () => {
  const cell = (text: string, rows = 1, columns = 1) => ({ text, rows, columns });
  expect(
    expanded([
      [cell('张家村', 2), cell('收入'), cell('10')],
      [cell('支出'), cell('8')],
      [cell('合计', 1, 2), cell('2')],
    ]),
  ).toEqual([
    ['张家村', '收入', '10'],
    ['张家村', '支出', '8'],
    ['合计', '合计', '2'],
  ]);
});

it('has a title, a head and even rows', () => {
  expect(
    tableOf([
      ['表：十一月支出', '', '', ''],
      ['项目', '金额（元）', '', ''],
      ['水电费', '1,690.20'],
      ['', ''],
      ['办公费', '1,204.50', '', ''],
    ]),
  ).toEqual({
    type: 'table',
    title: '十一月支出',
    header: ['项目', '金额（元）'],
    rows: [
      ['水电费', '1,690.20'],
      ['办公费', '1,204.50'],
    ],
    numeric: [false, true],
  });
  expect(tableOf([['', '']])).toBeNull();
});

it('knows columns of numbers', () => {
  expect(
    numericColumns(
      [
        ['-5', '12%', '10 户', ''],
        ['¥3.00', '7', '3', ''],
      ],
      4,
    ),
  ).toEqual([true, true, false, false]);
});

it('changes a table and keeps it even', () => {
  const table = emptyTable();
  const wider = changedTable(table, { what: 'add column' });
  expect([
    wider.header.length,
    ...wider.rows.map((row) => row.length),
    wider.numeric?.length,
  ]).toEqual([4, 4, 4, 4]);
  const longer = changedTable(wider, { what: 'add row', after: 0 });
  expect(longer.rows).toHaveLength(3);
  expect(changedTable(longer, { what: 'remove row', row: 1 }).rows).toHaveLength(2);
  const one = changedTable(
    { ...table, header: ['a'], rows: [['1']] },
    { what: 'remove column', column: 0 },
  );
  expect(one.header).toEqual(['a']);
  expect(changedTable(table, { what: 'cell', row: 1, column: 2, text: '5' }).numeric).toEqual([
    false,
    false,
    true,
  ]);
});

it('reads pasted text by the rules of content folders', () => {
  expect(
    blocksOf('# 收入\r\n\r\n　　现将收支情况公示如下。\n- 条目\n1. 带户口簿\n-5 度\n<!-- 备注 -->'),
  ).toEqual([
    { type: 'heading', text: '收入' },
    { type: 'paragraph', text: '现将收支情况公示如下。' },
    { type: 'item', marker: '•', text: '条目' },
    { type: 'item', marker: '1.', text: '带户口簿' },
    { type: 'paragraph', text: '-5 度' },
  ]);
  expect(blocksOf('表：收入\n| 项目 | 元 |\n|---|---:|\n| 租\\|金 | 12,000.00 |\n完')).toEqual([
    {
      type: 'table',
      title: '收入',
      header: ['项目', '元'],
      rows: [['租|金', '12,000.00']],
      numeric: [false, true],
    },
    { type: 'paragraph', text: '完' },
  ]);
  expect(blocksOf('**注意**：30*2*50=3000，张**和李**，A&amp;B')).toEqual([
    { type: 'paragraph', text: '注意：30*2*50=3000，张**和李**，A&B' },
  ]);
});
