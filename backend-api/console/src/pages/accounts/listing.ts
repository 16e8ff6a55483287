/** Who is signed in where. Pure. */
import type { StaffSession } from '../../api/types';

/** Of each login, how many browsers are signed in. */
export function signedIn(sessions: readonly StaffSession[]): ReadonlyMap<string, StaffSession[]> {
  const of = new Map<string, StaffSession[]>();
  for (const session of sessions)
    of.set(session.login, [...(of.get(session.login) ?? []), session]);
  return of;
}
