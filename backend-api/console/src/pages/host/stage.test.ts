import { describe, expect, it } from 'vitest';

import { stage, station } from './fixtures';
import { found, groups, received } from './stage';

describe('a stage that arrives', () => {
  it('is taken when it is the first, as new or newer', () => {
    const first = stage({ revision: 5 });
    expect(received(null, first, false)).toBe(first);
    expect(received(first, stage({ revision: 6, homes_watching: 3 }), false).homes_watching).toBe(
      3,
    );
  });

  it('changes nothing when it is older', () => {
    const known = stage({ revision: 5 });
    expect(received(known, stage({ revision: 4, homes_watching: 9 }), false)).toBe(known);
  });

  it('is taken whatever its revision as the first word of a new line', () => {
    const after = received(stage({ revision: 500 }), stage({ revision: 1, layout: 'grid' }), true);
    expect(after).toMatchObject({ revision: 1, layout: 'grid' });
  });

  it('of another meeting changes nothing', () => {
    const known = stage();
    expect(received(known, stage({ meeting_id: 'other', revision: 9 }), true)).toBe(known);
  });

  it('keeps the stations that did not change', () => {
    const known = stage({ stations: [station('a'), station('b')] });
    const after = received(
      known,
      stage({ revision: 2, stations: [station('a'), station('b', { muted: true })] }),
      false,
    );
    expect(after.stations[0]).toBe(known.stations[0]);
    expect(after.stations[1]).not.toBe(known.stations[1]);
  });
});

describe('the list of stations', () => {
  const all = [
    station('late', { hand_raised_at_ms: 2000 }),
    station('away', { present: false }),
    station('speaker', { called: true, on_air: true, hand_raised_at_ms: 500 }),
    station('early', { hand_raised_at_ms: 1000 }),
    station('quiet'),
    station('coming', { called: true }),
  ];

  it('has hands first, the longest waiting on top, and no empty groups', () => {
    expect(
      groups(all).map(({ key, stations }) => [key, stations.map((s) => s.terminal_id)]),
    ).toEqual([
      ['hands', ['early', 'late']],
      ['on_air', ['speaker', 'coming']],
      ['present', ['quiet']],
      ['away', ['away']],
    ]);
    expect(groups([])).toEqual([]);
  });

  it('is found by name and by place', () => {
    expect(found(all, ' quiet ').map((s) => s.terminal_id)).toEqual(['quiet']);
    expect(found(all, '柳林')).toHaveLength(all.length);
    expect(found(all, '没有')).toEqual([]);
  });
});
