import { expect, it } from 'vitest';

import { reasonTrouble } from './reason';

it('wants a reason that says something', () => {
  expect(reasonTrouble('  ')).toBe('请写明原因');
  expect(reasonTrouble(' 病 ')).toContain('2 到 200');
  expect(reasonTrouble('住院')).toBeNull();
  expect(reasonTrouble('长'.repeat(200))).toBeNull();
  expect(reasonTrouble('长'.repeat(201))).toContain('2 到 200');
  // One character outside the basic plane is one.
  expect(reasonTrouble('𠮷')).toContain('2 到 200');
});
