/**
 * Filters that somebody keeps under a name, in this browser, each account its own. What was typed is no part of them:
 * it may be somebody's name. Pure but for the storage it is given.
 */
import type { Filters, FilterSpec } from '../address/address';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

export interface Saved {
  name: string;
  /** What is chosen, by the names of the filters. */
  filters: Readonly<Record<string, string>>;
}

/** So many of a page. */
export const MOST_SAVED = 20;
/** The longest name, in characters. */
export const LONGEST_NAME = 20;

const TYPED = 'q';
const keyOf = (login: string, page: string) => `filters/${encodeURIComponent(login)}/${page}`;

function isSaved(value: unknown): value is Saved {
  const one = value as { name?: unknown; filters?: unknown } | null;
  return (
    typeof one === 'object' &&
    one !== null &&
    typeof one.name === 'string' &&
    typeof one.filters === 'object' &&
    one.filters !== null &&
    Object.values(one.filters).every((text) => typeof text === 'string')
  );
}

/** Those of a page; what cannot be read counts as none. */
export function savedOf(storage: Store, login: string, page: string): Saved[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(login, page)) ?? '[]');
    return Array.isArray(value) ? value.filter(isSaved).slice(0, MOST_SAVED) : [];
  } catch {
    return [];
  }
}

/** Keeps these; tells whether this browser takes them. */
export function keep(
  storage: Store,
  login: string,
  page: string,
  saved: readonly Saved[],
): boolean {
  try {
    storage.setItem(keyOf(login, page), JSON.stringify(saved));
    return true;
  } catch {
    return false;
  }
}

/** What of these filters is kept: what is chosen and not usual. */
export function chosenOf<S extends FilterSpec>(
  filters: Filters<S>,
  spec: S,
): Record<string, string> {
  const chosen = Object.entries(spec).filter(([name, kind]) => {
    const usual = kind === 'text' ? '' : kind[0];
    return name !== TYPED && filters[name] !== usual;
  });
  return Object.fromEntries(chosen.map(([name]) => [name, filters[name] as string]));
}

/** All filters of a page as a kept one has them. A value that there is not any more counts as none. */
export function filtersOf<S extends FilterSpec>({ filters }: Saved, spec: S): Filters<S> {
  const read = Object.entries(spec).map(([name, kind]) => {
    const value = filters[name] ?? '';
    return [name, kind === 'text' || kind.includes(value) ? value : kind[0]];
  });
  return Object.fromEntries(read) as Filters<S>;
}

/** Another one, first; one of the same name makes room for it. */
export function withSaved(all: readonly Saved[], one: Saved): Saved[] {
  return [one, ...all.filter(({ name }) => name !== one.name)].slice(0, MOST_SAVED);
}
