/** Which bulletins the list shows, from its address. Pure. */
import type { BulletinsOf } from '../../api/bulletins';
import type { StaffBulletin } from '../../api/types';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  state: ['all', 'submitted', 'draft', 'published', 'withdrawn', 'expired'],
  list: 'text',
  organization: 'text',
  q: 'text',
} as const;

export type BulletinFilters = Filters<typeof FILTERS>;

/** Which are asked for. Of all states none is named. */
export function whichOf({ state, list, organization, q }: BulletinFilters): BulletinsOf {
  return {
    state: state === 'all' ? undefined : state,
    list: list || undefined,
    organization: organization || undefined,
    text: q.trim() || undefined,
  };
}

const DAY = 24 * 3_600_000;

/** `还剩 2 天` of what is published and ends within a week. */
export function ending(
  { state, draft: { expires_at_ms: end } }: Pick<StaffBulletin, 'state' | 'draft'>,
  now: number,
): string | null {
  if (state !== 'published' || end == null || end <= now || end - now > 7 * DAY) return null;
  const days = Math.floor((end - now) / DAY);
  return days === 0 ? '不到 1 天' : `还剩 ${days} 天`;
}

/** What stands in its text besides words: 表, 图. */
export function holds({ draft: { body } }: Pick<StaffBulletin, 'draft'>): string[] {
  const has = (type: 'table' | 'picture') => body.some((block) => block.type === type);
  return [...(has('table') ? ['表'] : []), ...(has('picture') ? ['图'] : [])];
}
