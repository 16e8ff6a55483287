import { expect, it, vi } from 'vitest';

import { everyPage } from './every_page';

it('has all there is, however many pages that are', async () => {
  const page = vi.fn((cursor: string | undefined) =>
    Promise.resolve(
      cursor === undefined
        ? { items: [1, 2], next: 'a' }
        : cursor === 'a'
          ? { items: [3, 4], next: 'b' }
          : { items: [5], next: null },
    ),
  );
  expect(await everyPage(page)).toEqual([1, 2, 3, 4, 5]);
  expect(page.mock.calls).toEqual([[undefined], ['a'], ['b']]);
});
