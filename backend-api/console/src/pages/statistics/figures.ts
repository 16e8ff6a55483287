/** Figures in words. Pure. A share without anything it is of is no share. */
import type { RequestFigures } from '../../api/types';
import { length } from '../../words/time';

/** `98.6%` of some; nothing of none. */
export function share(part: number, of: number): string {
  return of === 0 ? '—' : `${((part / of) * 100).toFixed(1).replace(/\.0$/, '')}%`;
}

/** How long the first response took, in the middle. */
export function response({ response_median_ms: ms }: RequestFigures): string {
  return ms == null ? '—' : length(ms);
}

/** Of those that said something, how many were satisfied (4 or 5); silence is never counted as satisfied. */
export function satisfaction({ satisfaction: said }: RequestFigures): string {
  const all = said.reduce((sum, count) => sum + count, 0);
  const good = (said[3] ?? 0) + (said[4] ?? 0);
  return all === 0 ? '—' : `${share(good, all)}（${all} 人评）`;
}
