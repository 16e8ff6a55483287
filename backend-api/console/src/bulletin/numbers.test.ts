import { describe, expect, it } from 'vitest';

import { isCard, isMobile, isResidentId, numbersIn, withMasked } from './numbers';

const ID = '11010519491231002X';
const MOBILE = '13800000001';
/** A card that belongs to nobody, with the right check digit. */
const CARD = '6222020000000000000';

const said = (text: string) => numbersIn(text).map(({ kind, digits }) => `${kind} ${digits}`);

describe('what a number is', () => {
  it('knows identity numbers by their check digit', () => {
    expect(isResidentId(ID)).toBe(true);
    expect(isResidentId('110105194912310021')).toBe(false);
    expect(isResidentId('130503670401001')).toBe(true);
    // No month 13, no day 32.
    expect(isResidentId('130503671301001')).toBe(false);
    expect(isResidentId('130503670432001')).toBe(false);
  });

  it('knows mobile telephones, and cards by Luhn', () => {
    expect(isMobile(MOBILE)).toBe(true);
    expect(isMobile(`86${MOBILE}`)).toBe(true);
    expect(isMobile('12800000001')).toBe(false);
    expect(isCard(CARD)).toBe(true);
    expect(isCard('6222020000000000001')).toBe(false);
    expect(isCard('4111111111111111')).toBe(true);
    expect(isCard('411111111111111')).toBe(false);
  });
});

describe('finding them', () => {
  it.each([
    [`身份证${ID}，请带户口簿`, `id ${ID}`],
    ['身份证11010519491231002x。', `id ${ID}`],
    ['１１０１０５１９４９１２３１００２Ｘ', `id ${ID}`],
    ['110105 19491231 002X', `id ${ID}`],
    ['110105-1949-1231-002 X', `id ${ID}`],
    ['旧号130503670401001。', 'id 130503670401001'],
    ['电话：138 0000 0001', `mobile ${MOBILE}`],
    ['138-0000-0001', `mobile ${MOBILE}`],
    ['１３８－００００－０００１', `mobile ${MOBILE}`],
    ['+86 13800000001', `mobile 86${MOBILE}`],
    ['卡号 6222 0200 0000 0000 000', `card ${CARD}`],
    ['622202 0000000000000', `card ${CARD}`],
    ['138\u200b0000\u200b0001', `mobile ${MOBILE}`],
  ])('%s', (text, one) => expect(said(text)).toEqual([one]));

  it.each([
    '2026-11-30 2026-12-01',
    '0512-40000001、0512-40000002',
    '合计 1,234,567.89 元',
    '编号 20261125-007',
    '138****0001',
    '999999********0025',
    '13800000001234567890123',
    '2026年11月30日 08:30',
  ])('nothing in %s', (text) => expect(said(text)).toEqual([]));

  it('finds several, side by side', () => {
    expect(said(`${ID} ${MOBILE}`)).toEqual([`id ${ID}`, `mobile ${MOBILE}`]);
    expect(said(`${MOBILE} ${MOBILE}`)).toEqual([`mobile ${MOBILE}`, `mobile ${MOBILE}`]);
    expect(said(`2026-11-30 ${MOBILE}`)).toEqual([`mobile ${MOBILE}`]);
    expect(said(`刘玉兰${ID}电话${MOBILE}`)).toEqual([`id ${ID}`, `mobile ${MOBILE}`]);
  });

  it('says where they stand', () => {
    const text = `代办人 138 0000 0001，请联系`;
    const [one] = numbersIn(text);
    expect(text.slice(one?.start, one?.end)).toBe('138 0000 0001');
  });
});

describe('masking', () => {
  const mask = (text: string) => withMasked(text, numbersIn(text));

  it('leaves what a reader knows their own by', () => {
    expect(mask(`身份证${ID}，电话${MOBILE}`)).toBe('身份证110105********002X，电话138****0001');
    expect(mask('138 0000 0001')).toBe('138 **** 0001');
    expect(mask('+86 13800000001')).toBe('+86 138****0001');
    expect(mask('8613800000001')).toBe('86138****0001');
    expect(mask('6222 0200 0000 0000 000')).toBe('6222 **** **** ***0 000');
    expect(mask('１３８０００００００１')).toBe('１３８****０００１');
    expect(mask('130503670401001')).toBe('130503*****1001');
  });

  it('leaves nothing to be found', () => {
    for (const text of [ID, MOBILE, CARD, `${ID}，${CARD} ${MOBILE}`, '130503670401001']) {
      expect(numbersIn(mask(text))).toEqual([]);
    }
  });
});
