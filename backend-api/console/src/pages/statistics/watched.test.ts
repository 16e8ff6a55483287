import { expect, it } from 'vitest';

import type { StaffProgramme } from '../../api/types';
import { HEAD, lineOf, ordered } from './watched';

const film = (
  title: string,
  published_at_ms: number,
  played: number | null,
  finished: number | null,
) =>
  ({
    title,
    published_at_ms,
    category: 'films',
    organization: { id: 'o', name: '清河镇' },
    figures: { played, finished },
  }) as StaffProgramme;
const ALL = [
  film('春耕', Date.UTC(2026, 2, 1), 900, 20),
  film('安全用电', Date.UTC(2026, 4, 1), null, null),
  film('致富', Date.UTC(2026, 3, 1), 12, null),
];

it('is in the order of dates or names, and never of figures', () => {
  const names = (by: 'date' | 'name') => ordered(ALL, by).map(({ title }) => title);
  expect(names('date')).toEqual(['安全用电', '致富', '春耕']);
  expect(names('name')).toEqual(['安全用电', '春耕', '致富']);
});

it('says nothing of a few televisions', () => {
  const lines = ALL.map((one) => lineOf(one, (id) => `栏目 ${id}`, 0));
  expect(lines[0]).toEqual([
    '春耕',
    '栏目 films',
    '清河镇',
    '2026年3月1日',
    '900 台电视',
    '20 台电视',
  ]);
  expect(lines[0]).toHaveLength(HEAD.length);
  expect(lines[1]?.slice(4)).toEqual(['不到 5 人，不显示', '不到 5 人，不显示']);
  expect(lines[2]?.[5]).toContain('不显示');
});
