/** The order of a meeting's viewings, from the page's address. Pure. */
import type { Viewing } from '../../api/types';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  q: 'text',
  /** By which column; left out: as the server gives them, by place and name. */
  by: ['place', 'organization', 'terminal', 'watched'],
  order: ['ascend', 'descend'],
} as const;

export type ViewingFilters = Filters<typeof FILTERS>;

const COMPARE: Record<ViewingFilters['by'], (a: Viewing, b: Viewing) => number> = {
  place: () => 0,
  organization: (a, b) => a.organization.name.localeCompare(b.organization.name, 'zh-CN'),
  terminal: (a, b) => a.terminal_name.localeCompare(b.terminal_name, 'zh-CN'),
  watched: (a, b) => a.watched_ms - b.watched_ms,
};

/** Those that are looked for, in the order that is wished. */
export function listed(viewings: readonly Viewing[], { q, by, order }: ViewingFilters): Viewing[] {
  const words = q.trim();
  const sign = order === 'descend' ? -1 : 1;
  return viewings
    .filter((one) =>
      [one.terminal_name, one.organization.name, ...one.members].some((text) =>
        text.includes(words),
      ),
    )
    .sort((a, b) => sign * COMPARE[by](a, b));
}
