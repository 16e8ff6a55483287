/** Which terminals are shown, as the address says it. Pure. */
import type { Organization, Terminal } from '../../api/types';
import type { Filters } from '../../kit/address/address';
import { idsBelow } from '../../kit/organizations/tree';
import { isFound } from '../../words/pinyin';
import type { Presence } from '../../words/silence';
import { presence } from '../../words/silence';

export const FILTERS = {
  /** Code of an organization; empty: all one works on. */
  in: 'text',
  q: 'text',
  kind: ['all', 'household', 'station', 'signage'],
  state: ['used', 'online', 'offline', 'never', 'homeless', 'revoked'],
} as const;

export type TerminalFilters = Filters<typeof FILTERS>;
export type State = TerminalFilters['state'];

export const STATE: Record<State, string> = {
  used: '在用的',
  online: '在线',
  offline: '离线',
  never: '从未连上',
  homeless: '还没有户',
  revoked: '已停用',
};

const WITH: Record<State, readonly Presence[]> = {
  used: ['online', 'offline', 'never'],
  online: ['online'],
  offline: ['offline'],
  never: ['never'],
  // The server chooses these.
  homeless: ['online', 'offline', 'never'],
  revoked: ['revoked'],
};

/** What the server cannot choose by. `now`: who is silent is told by the minute. */
export function chosen(
  filters: TerminalFilters,
  organizations: readonly Organization[],
  now: () => number,
) {
  const { in: code, q, kind, state } = filters;
  const within = code === '' ? null : idsBelow(organizations, code);
  return {
    name: `${code} ${kind} ${state} ${q.trim()}`,
    is: (terminal: Terminal) =>
      (within === null || within.has(terminal.organization.id)) &&
      (kind === 'all' || terminal.kind === kind) &&
      WITH[state].includes(presence(terminal, now())) &&
      (isFound(terminal.name, q) || isFound(terminal.organization.name, q)),
  };
}
