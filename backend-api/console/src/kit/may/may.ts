/** What somebody may do, as the server says it; the words are those of its rights. Pure. */
import type { Me } from '../../api/types';

/** Deeds that pages ask about. */
export type Deed = 'direct' | 'duty' | 'roll_call';

/**
 * For a server that says who somebody is but not what they may do. The server decides in any case; this
 * only keeps buttons away that would be refused.
 */
const BY_ROLE: Record<Me['role'], readonly Deed[]> = {
  platform_administrator: ['direct', 'duty', 'roll_call'],
  organization_staff: ['direct', 'duty', 'roll_call'],
  office_publisher: [],
  branch_secretary: ['direct', 'roll_call'],
  reader: [],
};

/** What the server says, if it does. */
type Told = Me & { may?: readonly string[] };

export function mayDo(me: Told | null | undefined, deed: Deed): boolean {
  if (!me) return false;
  const deeds: readonly string[] = me.may ?? BY_ROLE[me.role];
  return deeds.includes(deed);
}
