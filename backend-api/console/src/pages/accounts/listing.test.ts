import { expect, it } from 'vitest';

import type { StaffSession } from '../../api/types';
import { signedIn } from './listing';

it('knows where each of them is signed in', () => {
  const session = (id: string, login: string): StaffSession => ({
    id,
    login,
    created_at_ms: 0,
    expires_at_ms: 1,
    current: false,
  });
  const of = signedIn([session('1', 'li'), session('2', 'zhao'), session('3', 'li')]);
  expect(of.get('li')?.map(({ id }) => id)).toEqual(['1', '3']);
  expect(of.get('wang')).toBeUndefined();
});
