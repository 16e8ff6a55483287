/** What is asked of a list that the server narrows and gives page by page. Pure. */

/** How many come at once. */
export const PAGE = 50;
/** The most the server gives at once. */
export const MOST = 200;

/** A list's query: without what is not asked for. */
export function asked<T extends object, C extends string | number = string>(
  which: T,
  before: C | undefined,
  limit: number,
): Wanted<T> & { limit: number; before?: C } {
  const wanted = Object.entries(which).filter(([, value]) => value !== undefined && value !== '');
  return {
    ...(Object.fromEntries(wanted) as Wanted<T>),
    limit,
    ...(before === undefined ? {} : { before }),
  };
}

type Wanted<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** What a list is narrowed to by where and by what it is called, as addresses of pages say it. */
export interface Place {
  /** Code of an organization. */
  organization?: string | undefined;
  /** A name, or how it is read. */
  name?: string | undefined;
}

export function placeOf({ in: organization, q }: { in: string; q: string }): Place {
  return { organization: organization || undefined, name: q.trim() || undefined };
}
