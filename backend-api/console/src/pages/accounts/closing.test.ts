import { expect, it } from 'vitest';

import type { AccountHands, StaffAccount } from '../../api/types';
import { leftWords, requestWords, successors } from './closing';

const account = (login: string, office: string, closed: number | null = null): StaffAccount => ({
  id: `id of ${login}`,
  login,
  role: 'reader',
  organization: { id: office, name: office },
  totp: false,
  disabled_at_ms: closed,
  created_at_ms: 0,
  version: 1,
});

it('offers who is there, the same office first', () => {
  const wang = account('wang', 'town');
  const all = [account('zhao', 'village'), wang, account('li', 'town'), account('sun', 'town', 1)];
  expect(successors(all, wang).map(({ value }) => value)).toEqual(['id of li', 'id of zhao']);
});

it('says before what cannot be handed over', () => {
  const hands = (change: Partial<AccountHands>): AccountHands => ({
    items: [],
    requests: 0,
    others: 0,
    ...change,
  });
  expect(requestWords(hands({}), '水利站')).toBeNull();
  expect(requestWords(hands({ requests: 2, others: 1 }), '水利站')).toContain('不用交接');
  expect(requestWords(hands({ requests: 2 }), '水利站')).toContain('请先转办');
  const organization = { id: 'o', name: '清河镇' };
  const item = { kind: 'meeting', id: 'm', title: '月会', organization } as const;
  expect(leftWords(hands({ items: [item, { ...item, fits: true }] }))).toBeNull();
  expect(leftWords(hands({ items: [{ ...item, fits: false }] }))).toContain('有 1 件');
});
