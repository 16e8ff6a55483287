import { expect, it } from 'vitest';

import { begunWith, note, noted, otherThan, tidyNotes } from './upload_notes';

function storage() {
  const held = new Map<string, string>();
  return {
    get length() {
      return held.size;
    },
    key: (n: number) => [...held.keys()][n] ?? null,
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
}

const FILE = { name: '春耕.mp4', size: 2_000_000, lastModified: 5 };
const UPLOAD = { id: 'u1', file_name: '春耕.mp4', bytes: 2_000_000, state: 'receiving' } as const;

it('keeps of each account which file it is', () => {
  const kept = storage();
  note(kept, 'wang', 'u1', FILE);
  expect(noted(kept, 'wang', 'u1')).toEqual(FILE);
  expect(noted(kept, 'li', 'u1')).toBeNull();
  kept.setItem('upload/wang/u2', '{"name":1}');
  kept.setItem('upload/wang/u3', 'no');
  expect(noted(kept, 'wang', 'u2')).toBeNull();
  expect(noted(kept, 'wang', 'u3')).toBeNull();
  note(kept, 'li', 'u9', FILE);
  tidyNotes(kept, 'wang', ['u1']);
  expect([noted(kept, 'wang', 'u1'), noted(kept, 'li', 'u9')]).toEqual([FILE, FILE]);
  expect(kept.length).toBe(2);
});

it('a full storage is no trouble', () => {
  const full = {
    ...storage(),
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  expect(() => note(full, 'wang', 'u1', FILE)).not.toThrow();
});

it('tells another file apart, and says how', () => {
  expect(otherThan(UPLOAD, FILE, FILE)).toBeNull();
  expect(otherThan(UPLOAD, null, { ...FILE, lastModified: 9 })).toBeNull();
  expect(otherThan(UPLOAD, null, { ...FILE, name: 'b.mp4' })).toContain('“b.mp4”');
  expect(otherThan(UPLOAD, FILE, { ...FILE, size: 2_000_001 })).toContain('2000001 字节');
  expect(otherThan(UPLOAD, FILE, { ...FILE, lastModified: 9 })).toContain('改过');
});

it('finds what a file was begun with', () => {
  const of = (id: string) => (id === 'u1' ? FILE : null);
  expect(begunWith([UPLOAD], of, FILE)).toBe(UPLOAD);
  expect(begunWith([UPLOAD], of, { ...FILE, lastModified: 9 })).toBeUndefined();
  // Name and length alone may be another's: it is asked for by whoever knows.
  expect(begunWith([UPLOAD], () => null, FILE)).toBeUndefined();
  expect(begunWith([{ ...UPLOAD, state: 'ready' }], of, FILE)).toBeUndefined();
});
