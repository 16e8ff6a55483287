/** Finding a page by what it is called. Pure. */
import type { Action } from '../api/types';
import type { Room } from '../rooms';
import { roomsFor, tabsOf } from './ways';

/** A page that was found. */
export interface Found {
  path: string;
  title: string;
  /** The room it is in; the page may have its name. */
  room: string;
}

/** The lower, the better it fits; `null`: not at all. */
function fit(words: string, { title, pinyin }: { title: string; pinyin: string }): number | null {
  if (title === words || pinyin === words) return 0;
  if (title.startsWith(words) || pinyin.startsWith(words)) return 1;
  return title.includes(words) || pinyin.includes(words) ? 2 : null;
}

/**
 * Pages whose name or room has these words, or whose first letters in pinyin these are: those that fit best
 * first, then in the order of the nav. Without words: all that somebody may see.
 */
export function find(
  rooms: readonly Room[],
  may: (action: Action) => boolean,
  typed: string,
): readonly Found[] {
  const words = typed.replace(/\s/g, '').toLowerCase();
  return roomsFor(rooms, may)
    .flatMap((room) =>
      tabsOf(room, may).map((page) => {
        const own = fit(words, page);
        const above = fit(words, room);
        return {
          found: { path: page.path, title: page.title, room: room.title },
          // A page of a room that fits stands below one that fits itself.
          rank: own ?? (above === null ? null : above + 3),
        };
      }),
    )
    .filter((one): one is { found: Found; rank: number } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ found }) => found);
}
