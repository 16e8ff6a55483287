/** What somebody may do, as the server says it. Pure. */
import type { Action, Me, Organization } from '../../api/types';

/**
 * Whether they may do this. The server decides in any case; this only keeps buttons away that would be
 * refused.
 */
export function mayDo(me: Me | null | undefined, action: Action): boolean {
  return me?.may?.includes(action) ?? false;
}

/**
 * Whether they may do this to what belongs to this organization: some things are seen from below, too.
 * `subtree`: those they work on; while these are not known, only their own.
 */
export function mayDoIn(
  me: Me | null | undefined,
  action: Action,
  organizationId: string,
  subtree: readonly Pick<Organization, 'id'>[] | undefined,
): boolean {
  return (
    mayDo(me, action) &&
    (me?.organization.id === organizationId ||
      (subtree?.some(({ id }) => id === organizationId) ?? false))
  );
}
