import { expect, it } from 'vitest';

import { online, rate } from './figures';
import type { Begun } from './steps';
import { next, steps } from './steps';

const NONE: Begun = {
  organizations: 0,
  members: false,
  televisions: 0,
  bulletin: false,
  meeting: false,
};

it('leads through five steps, the first that is not done next', () => {
  expect(next(steps(NONE))?.key).toBe('organizations');
  expect(next(steps({ ...NONE, organizations: 95 }))?.to).toBe('/people/import/members');
  // What was done out of order stays done.
  const some = steps({ ...NONE, organizations: 95, members: true, bulletin: true });
  expect(some.filter(({ done }) => done)).toHaveLength(3);
  expect(next(some)).toMatchObject({ key: 'televisions', to: '/terminals/enrol' });
  expect(
    next(steps({ organizations: 1, members: true, televisions: 1, bulletin: true, meeting: true })),
  ).toBeUndefined();
});

it('says what is there, by its number', () => {
  const [organizations, , televisions] = steps({ ...NONE, organizations: 95, televisions: 3 });
  expect(organizations?.words).toBe('已经有 95 个下级单位。');
  expect(televisions?.words).toBe('已经登记 3 台。');
});

it('counts televisions that asked within three minutes, by kind', () => {
  const now = 1_800_000_000_000;
  const tv = (kind: 'station' | 'household', silent: number | null) => ({
    id: 't',
    kind,
    name: '',
    organization: { id: 'o', name: '' },
    enrolled_at_ms: 0,
    seen_at_ms: silent === null ? null : now - silent,
    version: 1,
  });
  const all = [tv('station', 0), tv('household', 180_000), tv('household', 180_001)];
  expect(online([...all, tv('household', null)], now)).toEqual({
    total: { online: 2, all: 4 },
    kinds: [
      { name: '站点', online: 1, all: 1 },
      { name: '户', online: 1, all: 3 },
    ],
  });
});

it('gives a rate only where somebody counts', () => {
  const counts = {
    eligible: 80,
    exempt: 0,
    present: 77,
    late: 0,
    leave: 2,
    to_verify: 0,
    missing: 1,
    guests: 0,
  };
  expect(rate({ counts: { ...counts, rate_bp: 9625 } })).toBe('96.3%');
  expect(rate({ counts: { ...counts, rate_bp: null } })).toBe('—');
});
