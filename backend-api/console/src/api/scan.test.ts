import { expect, it } from 'vitest';

import { scan } from './scan';

/** 100 down to 1, ten a page; the cursor is the last one that was given. */
const asked: (string | undefined)[] = [];
const page = (cursor: string | undefined) => {
  asked.push(cursor);
  const from = cursor === undefined ? 100 : Number(cursor) - 1;
  const items = Array.from({ length: Math.min(10, from) }, (_, n) => from - n);
  const last = items[items.length - 1] ?? 1;
  return Promise.resolve({ items, next: last > 1 ? String(last) : null });
};
const sizes = { size: 3, most: 40, cursor: undefined };

it('goes on until a page is full, and says where', async () => {
  const first = await scan(page, (n) => n % 7 === 0, String, sizes);
  expect(first).toEqual({ items: [98, 91, 84], next: '84', looked: 17 });
  const second = await scan(page, (n) => n % 7 === 0, String, { ...sizes, cursor: '84' });
  expect(second.items).toEqual([77, 70, 63]);
});

it('ends with the list', async () => {
  const last = await scan(page, (n) => n < 3, String, { ...sizes, cursor: '12' });
  expect(last).toEqual({ items: [2, 1], next: null, looked: 11 });
});

it('takes the cursor of the server where a page of it ends', async () => {
  const found = await scan(page, () => true, String, { ...sizes, size: 10 });
  expect(found.next).toBe('91');
});

it('does not look for ever for what there is not', async () => {
  asked.length = 0;
  const none = await scan(page, () => false, String, sizes);
  expect(none).toEqual({ items: [], next: '61', looked: 40 });
  expect(asked).toHaveLength(4);
});
