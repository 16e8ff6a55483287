import { expect, it } from 'vitest';

import { isFound, isPinyin, readAs, syllables } from './pinyin';

it('reads characters', () => {
  const read = (text: string) => Array.from(text, (one) => syllables(one)[0] ?? '?').join(' ');
  expect(read('秦素云')).toBe('qin su yun');
  expect(read('石桥村')).toBe('shi qiao cun');
  expect(read('吕建安')).toBe('lv jian an');
  expect(read('a3，')).toBe('? ? ?');
});

it('finds a name by syllables, by first letters and by what is typed so far', () => {
  for (const typed of [
    'qin',
    'qinsuyun',
    'qsy',
    'qinsy',
    'suyun',
    'QSY',
    'qin su yun',
    'qinsuy',
    'sy',
  ]) {
    expect([typed, readAs('秦素云', typed)]).toEqual([typed, true]);
  }
  for (const typed of ['qinx', 'yunsu', 'qy', 'w', '']) {
    expect([typed, readAs('秦素云', typed)]).toEqual([typed, false]);
  }
  expect(readAs('周长安', 'zhca')).toBe(true);
  expect(readAs('周长安', 'zca')).toBe(true);
});

it('knows how family names are read', () => {
  expect(readAs('单小平', 'shan')).toBe(true);
  expect(readAs('曾国良', 'zeng')).toBe(true);
});

it('knows what is pinyin and what is a name', () => {
  expect(['qin', 'qin su', 'lü'].every(isPinyin)).toBe(true);
  expect(['秦', '3 号', 'qin3', ''].some(isPinyin)).toBe(false);
  expect(isFound('3 号', '3')).toBe(true);
  expect(isFound('秦素云', '素')).toBe(true);
  expect(isFound('秦素云', '王')).toBe(false);
  expect(isFound('秦素云', ' ')).toBe(true);
});
