import { expect, it } from 'vitest';

import type { StaffAccount, StaffSession } from '../../api/types';
import { listed, signedIn, withoutSecondFactor } from './listing';

const account = (login: string, at: string, more: Partial<StaffAccount> = {}): StaffAccount => ({
  id: login,
  login,
  role: 'branch_secretary',
  organization: { id: at, name: `${at}村` },
  totp: false,
  created_at_ms: 0,
  version: 1,
  ...more,
});

const REGISTER = new Map([
  ['上河', 0],
  ['下河', 1],
]);
const ACCOUNTS = [
  account('zhao', '下河'),
  account('wang', '下河', { totp: true }),
  account('li', '上河', { role: 'organization_staff' }),
  account('qian', '上河', { disabled_at_ms: 5 }),
];
const names = (wish: Partial<Parameters<typeof listed>[1]>) =>
  listed(ACCOUNTS, { q: '', role: '', state: 'open', ...wish }, REGISTER).map(({ login }) => login);

it('goes by the register, and closed ones stand apart', () => {
  expect(names({})).toEqual(['li', 'wang', 'zhao']);
  expect(names({ state: 'closed' })).toEqual(['qian']);
});

it('finds by login, place and role', () => {
  expect(names({ q: ' ZHAO ' })).toEqual(['zhao']);
  expect(names({ q: '上河' })).toEqual(['li']);
  expect(names({ role: 'branch_secretary' })).toEqual(['wang', 'zhao']);
});

it('counts only those who can sign in', () => expect(withoutSecondFactor(ACCOUNTS)).toBe(2));

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
