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

/**
 * Whether whoever is signed in may make evaluations of an organization and carry them through: to ask in public takes
 * the right to publish, too. With the other alone a branch enters its paper and answers its objections. Left out: of
 * their own.
 */
export function useLeads(): (organizationId?: string) => boolean {
  const [publishes, own] = [useMay()('publish'), useMay()('evaluate')];
  const evaluates = useMayIn('evaluate');
  return (organizationId) =>
    publishes && (organizationId === undefined ? own : evaluates(organizationId));
}
