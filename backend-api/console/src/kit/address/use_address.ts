import { useSearchParams } from 'react-router-dom';

import type { Filters, FilterSpec } from './address';
import {
  backward,
  cursorIn,
  filtersIn,
  forward,
  numberIn,
  withFilters,
  withNumber,
  withoutFilters,
} from './address';

/** Filters and page of a list, kept in the address: a reload, a bookmark and Back find them again. */
export function useAddress<S extends FilterSpec>(spec: S) {
  const [query, setQuery] = useSearchParams();
  return {
    filters: filtersIn(query, spec),
    /** `typed`: a letter more of a search is no step for Back. */
    set: (change: Partial<Filters<S>>, typed = false) =>
      setQuery((now) => withFilters(now, spec, change), { replace: typed }),
    clear: () => setQuery((now) => withoutFilters(now, spec)),
    ...cursorIn(query),
    forward: (next: string) => setQuery((now) => forward(now, next)),
    backward: () => setQuery((now) => backward(now)),
    number: numberIn(query),
    toNumber: (page: number) => setQuery((now) => withNumber(now, page)),
  };
}

/** Something that the address names beside filters, such as what a drawer is open for. */
export function useInAddress(name: string) {
  const [query, setQuery] = useSearchParams();
  /** `silently`: nothing else is shown then, so it is no step for Back. */
  const set = (value: string | null, silently = false) =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === null) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: silently || value === query.get(name) },
    );
  return [query.get(name), set] as const;
}
