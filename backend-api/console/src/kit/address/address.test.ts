import { expect, it } from 'vitest';

import {
  backward,
  cursorIn,
  filtersIn,
  forward,
  isFiltered,
  numberIn,
  withFilters,
  withNumber,
  withoutFilters,
} from './address';

const SPEC = { kind: ['all', 'broadcast'], q: 'text' } as const;
const at = (text: string) => new URLSearchParams(text);

it('reads filters, and takes no value that there is not', () => {
  expect(filtersIn(at('kind=broadcast&q=党课'), SPEC)).toEqual({ kind: 'broadcast', q: '党课' });
  expect(filtersIn(at('kind=drop table'), SPEC)).toEqual({ kind: 'all', q: '' });
});

it('writes what is not usual, keeps what is not its own, and begins with the first page', () => {
  const query = at('kind=broadcast&open=7&after=a&after=b&page=3');
  expect(withFilters(query, SPEC, { q: '党课' }).toString()).toBe(
    at('kind=broadcast&open=7&q=党课').toString(),
  );
  expect(withFilters(query, SPEC, { kind: 'all' }).toString()).toBe('open=7');
  expect(withoutFilters(at('kind=broadcast&q=x&open=7'), SPEC).toString()).toBe('open=7');
  expect(query.toString()).toContain('page=3');
});

it('knows whether anything is filtered', () => {
  expect(isFiltered({ kind: 'all', q: ' ' }, SPEC, ['kind', 'q'])).toBe(false);
  expect(isFiltered({ kind: 'broadcast', q: '' }, SPEC, ['kind', 'q'])).toBe(true);
  expect(isFiltered({ kind: 'broadcast', q: '' }, SPEC, ['q'])).toBe(false);
});

it('turns pages there and back, also after the page was loaded anew', () => {
  const first = at('kind=broadcast');
  expect(cursorIn(first)).toEqual({ cursor: undefined, page: 1 });
  const third = forward(forward(first, '17.a'), '9.b');
  expect(cursorIn(at(third.toString()))).toEqual({ cursor: '9.b', page: 3 });
  expect(cursorIn(backward(third))).toEqual({ cursor: '17.a', page: 2 });
  expect(backward(backward(third)).toString()).toBe('kind=broadcast');
  expect(backward(first).toString()).toBe('kind=broadcast');
});

it('reads the number of a page whatever somebody typed', () => {
  expect([at('page=4'), at('page=-1'), at('page=x'), at('')].map(numberIn)).toEqual([4, 1, 1, 1]);
  expect(withNumber(at('page=4'), 1).toString()).toBe('');
  expect(withNumber(at('q=a'), 2).toString()).toBe('q=a&page=2');
});
