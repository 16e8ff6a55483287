import { expect, it } from 'vitest';

import { CODE, inGroups, leftWords, sheet } from './words';

it('groups a secret for whoever types it', () => {
  expect(inGroups('JBSWY3DPEH')).toBe('JBSW Y3DP EH');
  expect(inGroups('')).toBe('');
});

it('has every code on the sheet', () => {
  const text = sheet('wangxm', ['0000-1111-2222-3333', '4444-5555-6666-7777']);
  expect(text.split('\n')).toHaveLength(4);
  expect(text).toContain('wangxm');
  expect(text).toContain('4444-5555-6666-7777');
});

it('asks for new ones in time', () => {
  expect(leftWords(10)).not.toContain('重新生成');
  expect(leftWords(2)).toContain('重新生成');
  expect(leftWords(0)).toContain('用完');
});

it('takes a code as it is typed, and no half one', () => {
  for (const code of [
    '123456',
    ' 123 456 ',
    '0a1b-2c3d-4e5f-6g7h',
    '0A1B 2C3D 4E5F 6G7H',
    '0a1b2c3d4e5f6g7h',
  ]) {
    expect(CODE.test(code), code).toBe(true);
  }
  for (const code of ['', '12345', '1234567', '0a1b-2c3d', '0a1b-2c3d-4e5f-6g7h-0']) {
    expect(CODE.test(code), code).toBe(false);
  }
});
