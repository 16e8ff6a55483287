import { expect, it } from 'vitest';

import { framed, keyed, middle, movedRegion, resizedRegion } from './regions';

it('is drawn from any corner, and never beyond the picture', () => {
  const region = { x: 0.2, y: 0.1, width: 0.3, height: 0.2 };
  expect(framed({ x: 0.2, y: 0.1 }, { x: 0.5, y: 0.3 })).toEqual(region);
  expect(framed({ x: 0.5, y: 0.3 }, { x: 0.2, y: 0.1 })).toEqual(region);
  expect(framed({ x: 0.9, y: 0.9 }, { x: 1.7, y: 2 })).toEqual({
    x: 0.9,
    y: 0.9,
    width: 0.1,
    height: 0.1,
  });
  expect(framed({ x: 0.2, y: 0.2 }, { x: 0.205, y: 0.9 })).toBeNull();
});

it('is moved and made larger by keys', () => {
  const start = middle();
  const press = (key: string, shiftKey = false) => keyed(start, { key, shiftKey });
  expect(press('ArrowLeft')).toEqual({ ...start, x: 0.39 });
  expect(press('ArrowDown', true)).toEqual({ ...start, height: 0.11 });
  expect(press('Delete')).toBeNull();
  expect(press('Tab')).toBeUndefined();
});

it('stays within the picture and never vanishes', () => {
  const region = { x: 0.9, y: 0, width: 0.1, height: 0.1 };
  expect(movedRegion(region, { x: 0.5, y: -0.5 })).toEqual(region);
  expect(resizedRegion(region, { x: 0.5, y: -0.5 })).toEqual({ ...region, height: 0.01 });
});
