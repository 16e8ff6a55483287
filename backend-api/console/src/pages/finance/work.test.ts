import { expect, it } from 'vitest';

import {
  barred,
  begun,
  change,
  faultsAt,
  months,
  periodName,
  periodWords,
  quarters,
  sheetOf,
  withCell,
  withHeader,
  withoutRow,
  withPicture,
  withRow,
  yuan,
} from './work';

const PICTURE = {
  screen: { name: 'a', media_type: 'image/jpeg', bytes: 1 },
  thumb: { name: 'b', media_type: 'image/jpeg', bytes: 1 },
  width: 1,
  height: 1,
};
const START = begun('表.csv', 'C07', '2026-11', {
  header: ['项目', '收入', '支出'],
  rows: [
    { line: 4, cells: ['上月结余', '100'] },
    { line: 5, cells: ['办公费', '', '3'] },
  ],
  complaints: [],
});

it('keeps lines of the file, and fills rows that are short', () => {
  expect(START.rows[0]).toEqual({ line: 4, cells: ['上月结余', '100', ''] });
  expect(sheetOf(START)).toEqual({
    organization_code: 'C07',
    period: '2026-11',
    header: START.header,
    rows: START.rows,
  });
  expect(sheetOf({ ...START, list: 'finance' }).list).toBe('finance');
});

it('takes what is mended, added and taken away', () => {
  expect(withCell(START, 5, 2, '4').rows[1]?.cells).toEqual(['办公费', '', '4']);
  expect(withHeader(START, 0, '科目').header[0]).toBe('科目');
  const more = withRow(START);
  expect(more.rows[2]).toEqual({ line: 6, cells: ['', '', ''] });
  const shown = withPicture(withPicture(START, { line: 5, picture: PICTURE }), {
    picture: PICTURE,
  });
  const less = withoutRow(shown, 5);
  expect(less.rows.map(({ line }) => line)).toEqual([4]);
  expect(less.pictures).toEqual([{ picture: PICTURE }]);
});

it('says why no draft can be made', () => {
  const wrong = { line: 5, column: 2, weight: 'wrong', message: '不对' } as const;
  const explain = { line: 4, column: 1, weight: 'explain', message: '不一致' } as const;
  const look = { line: 5, weight: 'look', message: '多了' } as const;
  expect(barred(START, [look])).toBeNull();
  expect(barred(START, [wrong, explain])).toContain('1 处不对');
  expect(barred(START, [explain])).toContain('原因');
  expect(barred({ ...START, explanation: '银行更正' }, [explain])).toBeNull();
  expect(faultsAt([wrong, look], 5, 2)).toEqual([wrong]);
  expect(faultsAt([wrong, look], 5, 0)).toEqual([look]);
});

it('knows quarters, and what they and the ones before are called', () => {
  expect(quarters('2026-02-03', 3)).toEqual(['2026-Q1', '2025-Q4', '2025-Q3']);
  expect(periodName('2026-Q3')).toBe('2026年第三季度');
  expect(periodWords('2026-Q3').last).toBe('上季');
  expect(change(null, 5, '2026-Q3')).toBe('本季没有');
});

it('writes months and amounts as people do', () => {
  expect(months('2026-02-03', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
  expect(periodName('2026-03')).toBe('2026年3月');
  expect([0, 5, 120_450, 543_241_839, -7].map(yuan)).toEqual([
    '0.00',
    '0.05',
    '1,204.50',
    '5,432,418.39',
    '-0.07',
  ]);
  expect(change(500, 300, '2026-11')).toBe('+ 2.00');
  expect(change(300, 500, '2026-11')).toBe('− 2.00');
  expect(
    [1, null].map((fen) => change(fen, 1, '2026-11')).concat(change(1, null, '2026-11')),
  ).toEqual(['一样', '本月没有', '上月没有']);
});
