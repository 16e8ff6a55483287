/** Who comes in to host a meeting. Pure; the server decides in any case. */
import type { Me, Organization } from '../../api/types';
import { mayDo, mayDoIn } from '../../kit/may/may';

/** `waiting`: it is not known yet. */
export type Entry = 'yes' | 'no' | 'waiting';

/** `subtree`: the organizations they work on, and whether these are still asked for. */
export function entry(
  me: Me | null | undefined,
  organizationId: string,
  subtree: { data: readonly Pick<Organization, 'id'>[] | undefined; isPending: boolean },
): Entry {
  // A session that ends takes nobody off the air: who is asked to sign in stays where they are.
  if (me == null || mayDoIn(me, 'direct', organizationId, subtree.data)) return 'yes';
  if (!mayDo(me, 'direct') || subtree.data !== undefined) return 'no';
  return subtree.isPending ? 'waiting' : 'yes';
}
