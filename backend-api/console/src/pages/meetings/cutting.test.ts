import { describe, expect, it } from 'vitest';

import type { HeldRecording } from '../../api/types';
import { at, cutOf, realWords, spanOf } from './cutting';

const held = (change: Partial<HeldRecording> = {}) =>
  ({ duration_ms: 60_000, from_ms: 0, whole_ms: 60_000, ...change }) as HeldRecording;

it('says a moment to a tenth of a second', () => {
  expect(at(0)).toBe('0:00.0');
  expect(at(7_040)).toBe('0:07.0');
  expect(at(59_960)).toBe('1:00.0');
  expect(at(3_723_400)).toBe('1:02:03.4');
});

describe('the handles', () => {
  it('stay within the film', () => expect(spanOf([-5, 70_000], 60_000)).toEqual([0, 60_000]));

  it('leave a second between them', () => {
    expect(spanOf([30_000, 30_200], 60_000)).toEqual([30_000, 31_000]);
    expect(spanOf([60_000, 60_000], 60_000)).toEqual([59_000, 60_000]);
  });
});

it('asks for a part of all that was recorded, also when a part of it is shown', () =>
  expect(cutOf(held({ from_ms: 8_200 }), [1_000, 5_000])).toEqual({
    from_ms: 9_200,
    to_ms: 13_200,
  }));

it('never hides that it begins elsewhere than was asked for', () => {
  expect(realWords(held())).toBeNull();
  const cut = held({
    from_ms: 8_200,
    duration_ms: 51_700,
    asked: { from_ms: 10_000, to_ms: 60_000 },
  });
  expect(realWords(cut)).toBe(
    '要的是 0:10.0 到 1:00.0，实际是 0:08.2 到 0:59.9。开头只能落在一幅完整的画面上。',
  );
});
