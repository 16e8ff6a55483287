import { expect, it } from 'vitest';

import { ticks } from './scale';

it.each([
  [100, [0, 25, 50, 75, 100]],
  [12, [0, 5, 10, 15]],
  [9.2, [0, 2.5, 5, 7.5, 10]],
  [8, [0, 2, 4, 6, 8]],
  [0.3, [0, 0.1, 0.2, 0.3]],
  [0, [0, 1]],
  [NaN, [0, 1]],
])('up to %d at %j', (most, at) => expect(ticks(most)).toEqual(at));

it('never ends below what is shown, and has few lines', () => {
  for (let most = 0.07; most < 5000; most *= 1.37) {
    const lines = ticks(most);
    expect(lines[lines.length - 1]).toBeGreaterThanOrEqual(most * 0.99999);
    expect(lines.length).toBeLessThanOrEqual(6);
  }
});
