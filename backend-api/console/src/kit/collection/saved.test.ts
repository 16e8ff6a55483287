import { expect, it } from 'vitest';

import { chosenOf, filtersOf, keep, MOST_SAVED, savedOf, withSaved } from './saved';

const SPEC = { in: 'text', q: 'text', who: ['here', 'exempt'] } as const;

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
}

it('keeps what is chosen and never what was typed', () => {
  expect(chosenOf({ in: 'C07', q: '秦素云', who: 'exempt' }, SPEC)).toEqual({
    in: 'C07',
    who: 'exempt',
  });
  expect(chosenOf({ in: '', q: '', who: 'here' }, SPEC)).toEqual({});
});

it('comes back to each account and page alone', () => {
  const browser = storage();
  const one = { name: '免点名的', filters: { who: 'exempt' } };
  expect(keep(browser, 'wang', 'members', [one])).toBe(true);
  expect(savedOf(browser, 'wang', 'members')).toEqual([one]);
  expect(savedOf(browser, 'li', 'members')).toEqual([]);
  expect(savedOf(browser, 'wang', 'households')).toEqual([]);
  expect(filtersOf(one, SPEC)).toEqual({ in: '', q: '', who: 'exempt' });
  expect(filtersOf({ name: 'x', filters: { who: 'gone' } }, SPEC).who).toBe('here');
});

it('believes nothing that is not what it wrote', () => {
  const browser = storage();
  for (const text of [
    'x',
    '{}',
    '[1, null, {"name": 1}]',
    '[{"name": "a", "filters": {"in": 1}}]',
  ]) {
    browser.setItem('filters/wang/members', text);
    expect([text, savedOf(browser, 'wang', 'members')]).toEqual([text, []]);
  }
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  expect(keep(full, 'wang', 'members', [])).toBe(false);
});

it('has each name once, and not too many', () => {
  const many = Array.from({ length: MOST_SAVED }, (_, n) => ({ name: `${n}`, filters: {} }));
  const again = withSaved(many, { name: '3', filters: { in: 'C07' } });
  expect([again.length, again[0]]).toEqual([MOST_SAVED, { name: '3', filters: { in: 'C07' } }]);
  expect(withSaved(many, { name: 'new', filters: {} })).toHaveLength(MOST_SAVED);
});
