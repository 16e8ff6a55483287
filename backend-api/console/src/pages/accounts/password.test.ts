import { expect, it } from 'vitest';

import { newPassword } from './password';

it('is sixteen letters and digits in four groups, each time others', () => {
  const some = Array.from({ length: 50 }, () => newPassword());
  for (const one of some) expect(one).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  expect(new Set(some).size).toBe(50);
});

it('takes no byte that would make some letters likelier', () => {
  let turn = 0;
  // First only bytes that are thrown away, then zeros.
  const dice = (bytes: Uint8Array) => bytes.fill((turn += 1) === 1 ? 255 : 0);
  expect(newPassword(dice)).toBe('aaaa-aaaa-aaaa-aaaa');
  expect(turn).toBe(2);
});
