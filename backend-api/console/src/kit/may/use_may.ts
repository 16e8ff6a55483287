import { useMe } from '../../api/session';
import type { Deed } from './may';
import { mayDo } from './may';

/** Whether whoever is signed in may do this. While that is not known: no. */
export function useMay(): (deed: Deed) => boolean {
  const me = useMe().data;
  return (deed) => mayDo(me, deed);
}
