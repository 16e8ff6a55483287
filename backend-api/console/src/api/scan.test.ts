import { expect, it, vi } from 'vitest';

import { scan } from './scan';

/** A server with the numbers from 1 on, ten on a page. */
function numbers(upTo: number) {
  return vi.fn((cursor: string | undefined) => {
    const from = Number(cursor ?? '0');
    const items = Array.from({ length: Math.min(10, upTo - from) }, (_, n) => from + n + 1);
    const end = from + items.length;
    return Promise.resolve({ items, next: end < upTo ? String(end) : null });
  });
}
const even = (n: number) => n % 2 === 0;

it('looks until there is enough for a page, and goes on from there', async () => {
  const page = numbers(35);
  const first = await scan({ page, wanted: even, from: undefined, enough: 8 });
  expect(first).toEqual({ items: [2, 4, 6, 8, 10, 12, 14, 16, 18, 20], looked: 20, next: '20' });
  const rest = await scan({ page, wanted: even, from: first.next ?? undefined, enough: 8 });
  expect(rest).toEqual({ items: [22, 24, 26, 28, 30, 32, 34], looked: 15, next: null });
});

it('stops after a bound, and says how far it looked', async () => {
  const page = numbers(1000);
  const found = await scan({ page, wanted: (n) => n === 999, from: undefined, most: 3 });
  expect(found).toEqual({ items: [], looked: 30, next: '30' });
  expect(page).toHaveBeenCalledTimes(3);
});
