import { describe, expect, it } from 'vitest';

import { gapIn, judged, keptIn } from './verdict';

const HASH = 'ab'.repeat(32);
const KEPT = { seq: 48_316, hash: HASH };

describe('what was written down', () => {
  it('is a number and a hash, however it was copied', () => {
    expect(keptIn(`48316:${HASH}`)).toEqual(KEPT);
    expect(keptIn(`  48316：${HASH.toUpperCase()} \n`)).toEqual(KEPT);
  });

  it.each(['', '48316', `:${HASH}`, `0:${HASH}`, '48316:9F3A', `x48316:${HASH}`])(
    'is not %j',
    (text) => expect(keptIn(text)).toBeNull(),
  );
});

describe('the verdict', () => {
  it('is good when the entry is what it was', () =>
    expect(judged(KEPT, { seq: 48_316, hash: HASH }, 48_400, true)).toMatchObject({
      kind: 'good',
      title: '第 48,316 条和抄下的一样',
    }));

  it('is bad when it was changed, taken out or cut off', () => {
    const changed = { seq: 48_316, hash: 'cd'.repeat(32) };
    expect(judged(KEPT, changed, 48_400, true).kind).toBe('bad');
    // Also for those who see only a part.
    expect(judged(KEPT, changed, 48_400, false).kind).toBe('bad');
    expect(judged(KEPT, null, 48_400, true).title).toContain('不见了');
    expect(judged(KEPT, null, 48_000, false).title).toContain('短了');
  });

  it('is none for those who do not see that entry', () =>
    expect(judged(KEPT, null, 48_400, false).kind).toBe('unknown'));
});

it('finds what is missing between entries', () => {
  const of = (...numbers: number[]) => numbers.map((seq) => ({ seq }));
  expect(gapIn(of(9, 8, 7))).toBeNull();
  expect(gapIn(of(9, 7))).toBe(8);
  expect(gapIn([])).toBeNull();
});
