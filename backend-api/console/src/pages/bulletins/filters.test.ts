import { expect, it } from 'vitest';

import type { BulletinDraft, StaffBulletin } from '../../api/types';
import { ending, holds, whichOf } from './filters';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const bulletin = (change: Partial<BulletinDraft> = {}): StaffBulletin => ({
  id: 'b1',
  state: 'published',
  version: 1,
  updated_at_ms: 0,
  confirmed: {},
  numbers: [],
  draft: {
    list: 'finance',
    organization_code: 'CZS',
    audience_code: 'QH',
    title: '十一月支出公示',
    body: [
      { type: 'table', title: '支出', header: ['项目'], rows: [['道路养护']] },
      { type: 'paragraph', text: '请到 CZS 办公室' },
    ],
    ...change,
  },
});

it('asks for one state or for all, and for what is chosen', () => {
  const none = { state: 'all', list: '', organization: '', q: ' ' } as const;
  expect(whichOf(none)).toEqual({});
  expect(
    whichOf({ state: 'submitted', list: 'finance', organization: 'C07', q: ' dfgs ' }),
  ).toEqual({ state: 'submitted', list: 'finance', organization: 'C07', text: 'dfgs' });
});

it('tells what ends soon', () => {
  expect(ending(bulletin({ expires_at_ms: NOW + 50 * HOUR }), NOW)).toBe('还剩 2 天');
  expect(ending(bulletin({ expires_at_ms: NOW + 5 * HOUR }), NOW)).toBe('不到 1 天');
  expect(ending(bulletin({ expires_at_ms: NOW + 200 * HOUR }), NOW)).toBeNull();
  expect(ending(bulletin(), NOW)).toBeNull();
  const draft = { ...bulletin({ expires_at_ms: NOW + HOUR }), state: 'draft' } as const;
  expect(ending(draft, NOW)).toBeNull();
});

it('says what is in it', () => {
  expect(holds(bulletin())).toEqual(['表']);
  expect(holds(bulletin({ body: [] }))).toEqual([]);
});
