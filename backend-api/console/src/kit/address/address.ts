/** A list's filters and page in the query of the page's address. Pure. */

/** Of each filter the values it takes, the first of them when the address names none; `text`: anything. */
export type FilterSpec = Readonly<Record<string, 'text' | readonly [string, ...string[]]>>;

export type Filters<S extends FilterSpec> = {
  [K in keyof S]: S[K] extends readonly string[] ? S[K][number] : string;
};

/** The cursors of the pages that were turned, the last of them of the page that is shown. */
const AFTER = 'after';
/** The number of a page of a list that is here whole. */
const PAGE = 'page';

function usual(kind: FilterSpec[string]): string {
  return kind === 'text' ? '' : kind[0];
}

/** What the address says; a value that a filter does not take counts as none. */
export function filtersIn<S extends FilterSpec>(query: URLSearchParams, spec: S): Filters<S> {
  const read = Object.entries(spec).map(([name, kind]) => {
    const value = query.get(name) ?? '';
    return [name, kind === 'text' || kind.includes(value) ? value : usual(kind)];
  });
  return Object.fromEntries(read) as Filters<S>;
}

/** The address with some filters changed. Another selection begins with its first page. */
export function withFilters<S extends FilterSpec>(
  query: URLSearchParams,
  spec: S,
  change: Partial<Filters<S>>,
): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change) as [string, string][]) {
    const kind = spec[name];
    if (kind === undefined) continue;
    if (value === usual(kind)) next.delete(name);
    else next.set(name, value);
  }
  next.delete(AFTER);
  next.delete(PAGE);
  return next;
}

/** The address with no filter set. */
export function withoutFilters(query: URLSearchParams, spec: FilterSpec): URLSearchParams {
  const next = withFilters(query, spec, {});
  for (const name of Object.keys(spec)) next.delete(name);
  return next;
}

/** Whether any of these filters is set. */
export function isFiltered<S extends FilterSpec>(
  filters: Filters<S>,
  spec: S,
  names: readonly (keyof S)[],
): boolean {
  return names.some((name) => {
    const kind = spec[name];
    return kind !== undefined && filters[name].trim() !== usual(kind);
  });
}

/** The cursor of the page that is shown, and which page it is, from 1. */
export function cursorIn(query: URLSearchParams): { cursor: string | undefined; page: number } {
  const turned = query.getAll(AFTER);
  return { cursor: turned[turned.length - 1], page: turned.length + 1 };
}

/** The address of the page after this one. */
export function forward(query: URLSearchParams, next: string): URLSearchParams {
  const turned = new URLSearchParams(query);
  turned.append(AFTER, next);
  return turned;
}

/** The address of the page before this one. */
export function backward(query: URLSearchParams): URLSearchParams {
  const cursors = query.getAll(AFTER).slice(0, -1);
  const turned = new URLSearchParams(query);
  turned.delete(AFTER);
  for (const cursor of cursors) turned.append(AFTER, cursor);
  return turned;
}

/** The page the address names, from 1. */
export function numberIn(query: URLSearchParams): number {
  const number = Number(query.get(PAGE) ?? '1');
  return Number.isInteger(number) && number > 0 ? number : 1;
}

export function withNumber(query: URLSearchParams, page: number): URLSearchParams {
  const next = new URLSearchParams(query);
  if (page <= 1) next.delete(PAGE);
  else next.set(PAGE, String(page));
  return next;
}
