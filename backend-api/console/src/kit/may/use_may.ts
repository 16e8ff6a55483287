import { useMe } from '../../api/session';
import type { Action } from '../../api/types';
import { mayDo } from './may';

/** Whether whoever is signed in may do this. While that is not known: no. */
export function useMay(): (action: Action) => boolean {
  const me = useMe().data;
  return (action) => mayDo(me, action);
}
