/** What somebody may do, as the server says it. Pure. */
import type { Action, Me } from '../../api/types';

/**
 * Whether they may do this. The server decides in any case; this only keeps buttons away that would be
 * refused.
 */
export function mayDo(me: Me | null | undefined, action: Action): boolean {
  return me?.may?.includes(action) ?? false;
}
