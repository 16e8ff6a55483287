/** Figures beside the lines. Pure. */
import type { RollCall, Terminal, TerminalKind } from '../../api/types';
import { percent } from '../../words/states';
import { MINUTE } from '../../words/time';

/** A television asks every minute, and that is written down to the minute. */
const LATE = 3 * MINUTE;

const KINDS: readonly (readonly [TerminalKind, string])[] = [
  ['station', '站点'],
  ['household', '户'],
  ['signage', '标牌'],
];

/** How many televisions in use are there now, and of which kind; kinds of which there are none are left out. */
export function online(televisions: readonly Terminal[], now: number) {
  const count = (of: readonly Terminal[]) => ({
    online: of.filter(({ seen_at_ms: seen }) => seen != null && now - seen <= LATE).length,
    all: of.length,
  });
  return {
    total: count(televisions),
    kinds: KINDS.map(([kind, name]) => ({
      name,
      ...count(televisions.filter((one) => one.kind === kind)),
    })).filter(({ all }) => all > 0),
  };
}

/** How a roll call ended: present of those who count. `96.3%` */
export function rate({ counts }: Pick<RollCall, 'counts'>): string {
  return counts.rate_bp == null ? '—' : percent(counts.rate_bp);
}
