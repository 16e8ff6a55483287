/** Which accounts are shown, and in which order. Pure. */
import type { Role, StaffAccount, StaffSession } from '../../api/types';
import { isFound } from '../../words/pinyin';

export interface Wish {
  /** What the login or the organization contains, or how the organization is read. */
  q: string;
  role: Role | '';
  /** `closed`: those that cannot sign in any more. */
  state: 'open' | 'closed';
}

/** Those that are wanted: by the place of their organization in the register, and by login. */
export function listed(
  accounts: readonly StaffAccount[],
  { q, role, state }: Wish,
  register: ReadonlyMap<string, number>,
): StaffAccount[] {
  const place = ({ organization: { id } }: StaffAccount) => register.get(id) ?? Infinity;
  return accounts
    .filter((one) => (one.disabled_at_ms == null) === (state === 'open'))
    .filter((one) => role === '' || one.role === role)
    .filter(({ login, organization }) =>
      [login, organization.name].some((text) => isFound(text, q)),
    )
    .sort((a, b) => {
      const [one, other] = [place(a), place(b)];
      return one === other ? a.login.localeCompare(b.login) : one - other;
    });
}

/** Of each login, how many browsers are signed in. */
export function signedIn(sessions: readonly StaffSession[]): ReadonlyMap<string, StaffSession[]> {
  const of = new Map<string, StaffSession[]>();
  for (const session of sessions)
    of.set(session.login, [...(of.get(session.login) ?? []), session]);
  return of;
}

/** How many that can sign in do so by a password alone. */
export function withoutSecondFactor(accounts: readonly StaffAccount[]): number {
  return accounts.filter(({ totp, disabled_at_ms }) => !totp && disabled_at_ms == null).length;
}
