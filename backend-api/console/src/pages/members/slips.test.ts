import { expect, it } from 'vitest';

import type { Issued } from './acts';
import { halves, slipsOf } from './slips';

function issued(id: string, household: string | null, pin: string): Issued {
  return {
    pin,
    member: {
      id,
      version: 1,
      organization: { id: 'o', name: '石桥村' },
      name: id,
      status: 'full',
      household: household === null ? null : { id: household, name: household },
      pin_set: true,
      updated_at_ms: 0,
    },
  };
}

it('makes one slip for a household, in the order of the doors', () => {
  const slips = slipsOf([
    issued('王芳', '10 号', '100001'),
    issued('方小满', null, '300003'),
    issued('石有田', '3 号', '482163'),
    issued('林望春', '3 号', '905177'),
  ]);
  expect(slips.map(({ household, people }) => [household, people.map(({ pin }) => pin)])).toEqual([
    ['3 号', ['482163', '905177']],
    ['10 号', ['100001']],
    [null, ['300003']],
  ]);
});

it('writes a PIN in halves', () => {
  expect(halves('482163')).toBe('482 163');
  expect(halves('')).toBe('');
});
