import { expect, it } from 'vitest';

import { NO_PACE, paced, percent, remaining, size, speed } from './pace';

it('says how fast it is and how long it takes', () => {
  expect([speed(NO_PACE), remaining(NO_PACE, 10)]).toEqual([null, '']);
  let pace = paced(NO_PACE, 0, 0);
  expect(speed(pace)).toBeNull();
  pace = paced(pace, 2_000, 8_000_000);
  expect(speed(pace)).toBe(4_000_000);
  expect(remaining(pace, 968_000_000)).toBe('还要 4 分钟');
  expect(remaining(pace, 9_000_000)).toBe('还要不到 1 分钟');
  // A slow beginning is forgotten.
  pace = paced(paced(pace, 20_000, 9_000_000), 30_000, 19_000_000);
  expect(speed(pace)).toBe(1_000_000);
});

it('reckons anew when some of it was lost', () => {
  expect(paced([{ at_ms: 0, sent: 50 }], 10, 20)).toEqual([{ at_ms: 10, sent: 20 }]);
});

it('says sizes and parts', () => {
  expect([size(3e9), size(640.4e6), size(4_600_000), size(11_200), size(1)]).toEqual([
    '3.0 GB',
    '640 MB',
    '4.6 MB',
    '12 KB',
    '1 KB',
  ]);
  expect([percent(0, 0), percent(999, 1000), percent(1000, 1000), percent(63, 100)]).toEqual([
    0, 99, 100, 63,
  ]);
});
