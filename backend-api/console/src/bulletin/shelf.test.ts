import { expect, it } from 'vitest';

import type { BulletinDraft } from '../api/types';
import { DRAFTS, isNew, KEPT_MS, newId, SEEN } from './shelf';

function memory(most = Infinity) {
  const held = new Map<string, string>();
  return {
    held,
    get length() {
      return held.size;
    },
    key: (index: number) => [...held.keys()][index] ?? null,
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
      held.set(key, value);
    },
    removeItem: (key: string) => void held.delete(key),
  };
}
const draft: BulletinDraft = {
  title: '停水通知',
  list: 'notices',
  organization_code: 'QH',
  audience_code: 'QH',
  body: [{ type: 'paragraph', text: '明天停水。' }],
};
const kept = (at_ms: number) => ({ at_ms, version: 3, before: draft, draft, confirmed: {} });

it('finds what was written again, each account its own', () => {
  const storage = memory();
  expect(DRAFTS.put(storage, 'wang', 'b1', kept(1))).toBe(true);
  expect(DRAFTS.get(storage, 'wang', 'b1')).toEqual(kept(1));
  expect(DRAFTS.get(storage, 'wang/b1', '')).toBeNull();
  expect(DRAFTS.get(storage, 'li', 'b1')).toBeNull();
  expect(SEEN.get(storage, 'wang', 'b1')).toBeNull();
  DRAFTS.put(storage, 'wang', 'b1', null);
  expect(storage.held.size).toBe(0);
});

it('lists them, the newest first', () => {
  const storage = memory();
  DRAFTS.put(storage, 'wang', 'b1', kept(1));
  DRAFTS.put(storage, 'wang', newId('x'), kept(2));
  DRAFTS.put(storage, 'li', 'b3', kept(3));
  expect(DRAFTS.all(storage, 'wang').map(({ id }) => id)).toEqual(['new-x', 'b1']);
  expect([isNew('new-x'), isNew('b1')]).toEqual([true, false]);
});

it('says when it cannot keep anything', () => {
  expect(DRAFTS.put(memory(10), 'wang', 'b1', kept(1))).toBe(false);
});

it('is not led astray by what else is there', () => {
  const storage = memory();
  storage.setItem(
    'bulletin-draft/wang/b1',
    '{"at_ms":1,"version":1,"draft":{"title":1},"confirmed":{}}',
  );
  storage.setItem('bulletin-draft/wang/b2', 'no JSON');
  storage.setItem('request-draft/wang/b3', 'somebody else’s');
  expect(DRAFTS.get(storage, 'wang', 'b1')).toBeNull();
  DRAFTS.put(storage, 'wang', 'old', kept(0));
  DRAFTS.put(storage, 'wang', 'young', kept(KEPT_MS));
  DRAFTS.tidy(storage, KEPT_MS + 1);
  expect([...storage.held.keys()]).toEqual(['request-draft/wang/b3', 'bulletin-draft/wang/young']);
});
