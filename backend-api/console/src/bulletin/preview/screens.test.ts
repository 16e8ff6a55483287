import { expect, it } from 'vitest';

import { extent, isOlder, pictureAt } from './screens';

it('knows when pictures are older than the text', () => {
  expect(isOlder(3, { id: 'a', version: 3, dirty: false })).toBe(false);
  expect(isOlder(3, { id: 'a', version: 3, dirty: true })).toBe(true);
  expect(isOlder(3, { id: 'a', version: 4, dirty: false })).toBe(true);
  expect(isOlder(3, null)).toBe(true);
});

it('says how much there is, and that there is more', () => {
  expect(extent({ pages: ['a', 'b'], more: false }, 125)).toBe('125 % 时 2 屏');
  expect(extent({ pages: ['a'], more: true }, 150)).toBe('150 % 时前 1 屏，后面还有');
});

it('shows a picture as it came', () => {
  expect(pictureAt('/9j/')).toBe('data:image/jpeg;base64,/9j/');
});
