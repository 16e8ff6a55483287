/** Which terminals are shown, as the address says it. Pure. */
import { placeOf } from '../../api/listed';
import type { TerminalsOf } from '../../api/terminals';
import type { Filters } from '../../kit/address/address';
import { LATE_MS } from '../../words/silence';
import { DAY } from '../../words/time';

export const FILTERS = {
  /** Code of an organization; empty: all one works on. */
  in: 'text',
  /** Its name or that of its organization, or how it is read. */
  q: 'text',
  kind: ['all', 'household', 'station', 'signage'],
  state: ['used', 'online', 'offline', 'week', 'never', 'homeless', 'storage', 'revoked'],
} as const;

export type TerminalFilters = Filters<typeof FILTERS>;
export type State = TerminalFilters['state'];

export const STATE: Record<State, string> = {
  used: '在用的',
  online: '在线',
  offline: '离线',
  week: '离线 7 天以上',
  never: '从未连上',
  homeless: '还没有户',
  storage: '存储有问题',
  revoked: '已停用',
};

const ASKED: Record<State, Pick<TerminalsOf, 'only' | 'for_ms'>> = {
  used: { only: 'used' },
  online: { only: 'heard', for_ms: LATE_MS },
  offline: { only: 'silent', for_ms: LATE_MS },
  week: { only: 'silent', for_ms: 7 * DAY },
  never: { only: 'never' },
  homeless: { only: 'without_household' },
  storage: { only: 'storage_failed' },
  revoked: { only: 'revoked' },
};

export function whichOf(filters: TerminalFilters): TerminalsOf {
  const { kind, state } = filters;
  return { ...placeOf(filters), kind: kind === 'all' ? undefined : kind, ...ASKED[state] };
}
