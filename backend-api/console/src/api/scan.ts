/** What the server gives of a list, newest first. */
export interface ScanPage<T> {
  items: T[];
  next?: string | null;
}

export interface Scanned<T> {
  items: T[];
  /** Where to go on; `null`: that was all. */
  next: string | null;
  /** How many were looked at. */
  looked: number;
}

/**
 * A page of those that are wanted out of a list that the server cannot narrow so far. Looks at no more than
 * `most`, so that a search among tens of thousands answers, and says where to go on. `idOf`: the cursor that
 * stands behind an item.
 */
export async function scan<T>(
  page: (cursor: string | undefined) => Promise<ScanPage<T>>,
  wanted: (item: T) => boolean,
  idOf: (item: T) => string,
  { size, most, cursor }: { size: number; most: number; cursor: string | undefined },
): Promise<Scanned<T>> {
  const items: T[] = [];
  let looked = 0;
  let at = cursor;
  for (;;) {
    const { items: found, next } = await page(at);
    for (const item of found) {
      looked += 1;
      if (wanted(item)) items.push(item);
      // Whether there is another behind the last of them is not known before it is asked for.
      if (items.length === size) {
        const last = item === found[found.length - 1];
        return { items, next: last ? (next ?? null) : idOf(item), looked };
      }
    }
    if (!next) return { items, next: null, looked };
    if (looked >= most) return { items, next, looked };
    at = next;
  }
}
