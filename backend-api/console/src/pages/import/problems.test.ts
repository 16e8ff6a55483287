import { expect, it } from 'vitest';

import type { Organization } from '../../api/types';
import type { Field } from './columns';
import { problemsOf, shown } from './problems';
import type { Rules } from './problems';

const ORGANIZATIONS: Organization[] = [
  { id: 'qh', parent_id: null, kind: 'township', code: 'QH', name: '清河镇' },
  { id: 'c7', parent_id: 'qh', kind: 'village', code: 'C07', name: '石桥村' },
];
const FIELDS: Field[] = ['organization_code', 'name', 'status', 'id_number', 'phone', 'joined_on'];
const RULES: Rules = {
  what: 'members',
  fields: FIELDS,
  organizations: ORGANIZATIONS,
  into: '',
  today: '2026-11-30',
};
const GOOD = ['C07', '石有田', '正式党员', '11010519491231002X', '13800000001', '1984-07-06'];
const rowsOf = (...all: string[][]) => all.map((cells, n) => ({ line: n + 2, cells }));
const judged = (change: Partial<Record<Field, string>>, rules: Partial<Rules> = {}) => {
  const cells = FIELDS.map((field, n) => change[field] ?? GOOD[n] ?? '');
  return problemsOf(rowsOf(cells), { ...RULES, ...rules });
};

it('finds nothing wrong with a good row', () => {
  expect(judged({})).toEqual([]);
  expect(judged({ id_number: '', phone: '', joined_on: '' })).toEqual([]);
});

it('says what is wrong at its cell', () => {
  const at = (change: Partial<Record<Field, string>>) =>
    judged(change).map((one) => [one.at, one.words.slice(0, 6)]);
  expect(at({ id_number: '110105194912310021' })).toEqual([[3, '最后一位对不']]);
  expect(at({ phone: '4.00E+11' })).toEqual([[4, '表格把电话变']]);
  expect(at({ joined_on: '2031-09-19' })).toEqual([[5, '日期在以后（']]);
  expect(at({ name: '' })).toEqual([[1, '姓名空着，补']]);
  expect(at({ status: '' })).toEqual([[2, '身份空着，请']]);
  expect(at({ status: '好党员' })).toEqual([[2, '身份要写：正']]);
  expect(at({ name: '#N/A' })).toEqual([[1, '表格里的公式']]);
  // Two faults of one row are two.
  expect(at({ name: '', phone: '1' })).toHaveLength(2);
});

it('guesses the organization that is meant, and never takes it by itself', () => {
  const [wrong] = judged({ organization_code: 'C97' });
  expect(wrong).toMatchObject({ at: 0, fix: { value: 'C07' } });
  expect(judged({ organization_code: '石桥村' })[0]?.fix?.value).toBe('C07');
  expect(judged({ organization_code: 'XX99' })[0]).not.toHaveProperty('fix');
  expect(judged({ organization_code: '' })).toHaveLength(1);
  expect(judged({ organization_code: '' }, { into: 'C07' })).toEqual([]);
});

it('says once for each row that a needed column is missing', () => {
  const missing = problemsOf(rowsOf(['C07', '党员']), {
    ...RULES,
    fields: ['organization_code', 'status'],
  });
  expect(missing).toMatchObject([{ line: 2, at: null }]);
});

it('finds rows that nobody can tell apart', () => {
  const namesake = (id: string, phone: string) => ['C07', '石有田', '党员', id, phone, ''];
  const lines = (...all: string[][]) => problemsOf(rowsOf(...all), RULES).map(({ line }) => line);
  expect(lines(namesake('', ''), namesake('', ''))).toEqual([3]);
  expect(lines(namesake('', '13800000001'), namesake('', '13900000002'))).toEqual([]);
  expect(lines(namesake('11010519491231002X', ''), namesake('11010519491231002x', ''))).toEqual([
    3,
  ]);
  // The same name in another village is somebody else.
  expect(lines(namesake('', ''), ['QH', '石有田', '党员', '', '', ''])).toEqual([]);
});

it('shows of a number what finds its row', () => {
  expect(shown('id_number', '11010519491231002X')).toBe('110105********002X');
  expect(shown('phone', '13800000001')).toBe('1380****0001');
  expect(shown('name', '石有田')).toBe('石有田');
});
