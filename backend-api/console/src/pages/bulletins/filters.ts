/** Which bulletins the list shows, from its address. Pure. */
import type { BulletinState, StaffBulletin } from '../../api/types';
import { spotsOf, writingOf } from '../../bulletin/writing';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  state: ['all', 'submitted', 'draft', 'published', 'withdrawn', 'expired'],
  list: 'text',
  organization: 'text',
  q: 'text',
} as const;

export type BulletinFilters = Filters<typeof FILTERS>;

/** The one state that is asked for; of all, nothing. */
export const stateOf = ({ state }: Pick<BulletinFilters, 'state'>): BulletinState | undefined =>
  state === 'all' ? undefined : state;

/** Whether the words stand in its title, its summary or its text. */
export function says({ draft }: Pick<StaffBulletin, 'draft'>, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return (
    wanted === '' ||
    spotsOf(writingOf(draft)).some(({ text }) => text.toLowerCase().includes(wanted))
  );
}

/** Whether a bulletin is wanted; `within`: codes of the organization that is chosen and those below it. */
export function isWanted(
  bulletin: StaffBulletin,
  { list, q }: Pick<BulletinFilters, 'list' | 'q'>,
  within: ReadonlySet<string> | null,
): boolean {
  const { draft } = bulletin;
  return (
    (list === '' || draft.list === list) &&
    (within === null || within.has(draft.organization_code)) &&
    says(bulletin, q)
  );
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
