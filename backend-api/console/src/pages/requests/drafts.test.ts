import { beforeEach, expect, it } from 'vitest';

import { EMPTY } from './acts';
import { keep, kept, KEPT_MS, tidy } from './drafts';

class Memory {
  readonly held = new Map<string, string>();
  full = false;
  get length() {
    return this.held.size;
  }
  key = (index: number) => [...this.held.keys()][index] ?? null;
  getItem = (key: string) => this.held.get(key) ?? null;
  removeItem = (key: string) => void this.held.delete(key);
  setItem = (key: string, value: string) => {
    if (this.full) throw new Error('QuotaExceededError');
    this.held.set(key, value);
  };
}

const NOW = 1_800_000_000_000;
const writing = { ...EMPTY, mode: 'note', text: '明天去看', done: true } as const;
let storage: Memory;
beforeEach(() => {
  storage = new Memory();
});

it('finds what was written again, for whoever wrote it', () => {
  keep(storage, 'wangxm', 'r1', writing, NOW);
  expect(kept(storage, 'wangxm', 'r1')).toEqual(writing);
  expect(kept(storage, 'lijg', 'r1')).toEqual(EMPTY);
  expect(kept(storage, 'wangxm', 'r2')).toEqual(EMPTY);
});

it('keeps nothing of what was sent or taken away', () => {
  keep(storage, 'wangxm', 'r1', writing, NOW);
  keep(storage, 'wangxm', 'r1', { ...writing, text: ' ' }, NOW);
  expect(storage.length).toBe(0);
});

it('says when it cannot keep', () => {
  storage.full = true;
  expect(keep(storage, 'wangxm', 'r1', writing, NOW)).toBe(false);
});

it('reads nothing that it did not write', () => {
  for (const text of [
    '{',
    'null',
    '[]',
    '{"at_ms":1,"mode":"no_such_act","text":"x","done":true}',
  ]) {
    storage.held.set('request-draft/wangxm/r1', text);
    expect(kept(storage, 'wangxm', 'r1')).toEqual(EMPTY);
  }
});

it('takes away what is old, and nothing of others', () => {
  storage.held.set('something else', 'x');
  storage.held.set('request-draft/wangxm/broken', '{');
  keep(storage, 'wangxm', 'old', writing, NOW - KEPT_MS - 1);
  keep(storage, 'wangxm', 'new', writing, NOW - KEPT_MS);
  tidy(storage, NOW);
  expect([...storage.held.keys()]).toEqual(['something else', 'request-draft/wangxm/new']);
});
