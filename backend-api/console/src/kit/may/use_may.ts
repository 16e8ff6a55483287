import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { Action } from '../../api/types';
import { mayDo, mayDoIn } from './may';

/** Whether whoever is signed in may do this. While that is not known: no. */
export function useMay(): (action: Action) => boolean {
  const me = useMe().data;
  return (action) => mayDo(me, action);
}

/** Whether whoever is signed in may do this to what belongs to an organization. */
export function useMayIn(action: Action): (organizationId: string) => boolean {
  const me = useMe().data;
  const subtree = useOrganizations().data;
  return (organizationId) => mayDoIn(me, action, organizationId, subtree);
}
