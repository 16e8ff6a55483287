import { expect, it } from 'vitest';

import {
  cardTrouble,
  checkOf,
  dayOf,
  holdsNumber,
  idTrouble,
  pastDayTrouble,
  phoneTrouble,
} from './identity';

const TODAY = '2026-11-30';
const said = (text: string) => idTrouble(text, TODAY) ?? '';

it('knows the example of the standard, however it is typed', () => {
  for (const typed of [
    '11010519491231002X',
    '11010519491231002x',
    ' 110105 19491231 002X ',
    '１１０１０５１９４９１２３１００２Ｘ',
    "'11010519491231002X",
    '',
  ]) {
    expect([typed, idTrouble(typed, TODAY)]).toEqual([typed, null]);
  }
  expect(idTrouble('440524188001010014', TODAY)).toBeNull();
});

it('tells wrong numbers apart, with the mend', () => {
  expect(said('110105491231002')).toContain('15 位');
  expect(said('110105194912310021')).toContain('应是 X，写的是 1');
  expect(said('1101051949123100')).toContain('现在是 16 位');
  expect(said('1.10105E+17')).toContain('科学计数');
  expect(said('A1010519491231002X')).toContain('前 17 位');
  const withCheck = (body: string) => body + checkOf(body);
  expect(said(withCheck('11010519900230001'))).toContain('出生日期');
  expect(said(withCheck('11010520261201001'))).toContain('出生日期');
  expect(said(withCheck('11010520261130001'))).toBe('');
});

it('knows telephones and cards', () => {
  for (const good of [
    '13800000001',
    '138 0000 0001',
    '+86 138-0000-0001',
    '0516-88880000',
    '（010）12345678',
    '04000000311',
    '',
  ]) {
    expect([good, phoneTrouble(good)]).toEqual([good, null]);
  }
  for (const wrong of ['12800000001', '1380000000', '88880000', '一三八', '4.00E+11', '0086']) {
    expect(phoneTrouble(wrong)).not.toBeNull();
  }
  expect(cardTrouble('04:a2:2b:1c')).toBeNull();
  expect(['123', '卡 123456', '1.2345E+09'].every((one) => cardTrouble(one) !== null)).toBe(true);
});

it('reads days as people write them', () => {
  for (const text of ['2001-07-01', '2001年7月1日', '20010701', '2001/7/1', '2001.7.1']) {
    expect(dayOf(text)).toBe('2001-07-01');
  }
  for (const text of ['2001-02-30', '01-07-01', '今年', '2001-07', '37073']) {
    expect(dayOf(text)).toBeNull();
  }
  expect(pastDayTrouble('2031-09-19', TODAY)).toContain('2031年');
  expect(pastDayTrouble('2026-11-30', TODAY)).toBeNull();
  expect(pastDayTrouble('七月', TODAY)).toContain('2001-07-01');
});

it('finds numbers in words, and lets dates and small figures be', () => {
  expect(['电话13800000001', '110105 1949', '88880'].every(holdsNumber)).toBe(true);
  expect(['2026-11-30 起', '12 号', '3 组 4 户', ''].some(holdsNumber)).toBe(false);
});
