/** Pages of a list, for those that come by cursor and those that are here whole. Pure. */

export interface Pager {
  /** Which part of the list is shown. */
  words: string;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}

interface Turns {
  /** From 1. */
  page: number;
  /** How many are on it. */
  shown: number;
  /** Cursor of the next page, if there is one. */
  next: string | null | undefined;
  forward: (next: string) => void;
  backward: () => void;
}

/** For a list of which the server gives a page and a cursor; `null`: it fits on one. */
export function byCursor({ page, shown, next, forward, backward }: Turns): Pager | null {
  if (page === 1 && !next) return null;
  return {
    words: `第 ${page} 页，本页 ${shown} 条`,
    onPrevious: page > 1 ? backward : null,
    onNext: next ? () => forward(next) : null,
  };
}

/** A page of rows that are all here. A page beyond the last is the last. */
export function byNumber<T>(
  rows: readonly T[],
  wanted: number,
  size: number,
  toNumber: (page: number) => void,
): { rows: T[]; pager: Pager | null } {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(wanted, pages);
  const from = (page - 1) * size;
  const shown = rows.slice(from, from + size);
  if (pages === 1) return { rows: shown, pager: null };
  return {
    rows: shown,
    pager: {
      words: `第 ${from + 1}–${from + shown.length} 条，共 ${rows.length} 条`,
      onPrevious: page > 1 ? () => toNumber(page - 1) : null,
      onNext: page < pages ? () => toNumber(page + 1) : null,
    },
  };
}
