/** A list of which only some items are wanted, where the server cannot choose them. Pure but for the pages. */

export interface PageOf<T> {
  items: T[];
  next?: string | null;
}

export interface Scanned<T> extends PageOf<T> {
  /** How many were looked at. */
  looked: number;
}

interface Scan<T> {
  page: (cursor: string | undefined) => Promise<PageOf<T>>;
  wanted: (item: T) => boolean;
  from: string | undefined;
  /** Found so many, it is enough for a page. */
  enough?: number;
  /** Pages of the server looked at in one go: nobody loads a whole county by one letter typed. */
  most?: number;
}

/**
 * The next of those that are wanted: the server's pages are looked through until there are enough, or a bound
 * is reached. What comes later is behind `next`, also when nothing was found yet.
 */
export async function scan<T>(how: Scan<T>): Promise<Scanned<T>> {
  const { page, wanted, from, enough = 50, most = 10 } = how;
  const items: T[] = [];
  let [cursor, looked, pages] = [from, 0, 0];
  for (;;) {
    const { items: all, next } = await page(cursor);
    looked += all.length;
    pages += 1;
    items.push(...all.filter(wanted));
    cursor = next ?? undefined;
    if (cursor === undefined || items.length >= enough || pages >= most) {
      return { items, looked, next: cursor ?? null };
    }
  }
}
