import { expect, it } from 'vitest';

import type { Organization } from '../../api/types';
import { above, narrowed, nodesOf } from './tree';

const one = (id: string, parent_id: string | null, name: string): Organization => ({
  id,
  parent_id,
  kind: 'village',
  code: id.toUpperCase(),
  name,
});
const ALL = [
  one('qh', null, '清河镇'),
  one('c07', 'qh', '石桥村'),
  one('c08', 'qh', '柳林村'),
  one('c071', 'c07', '石桥村第一党支部'),
];

it('makes the tree', () => {
  const [root] = nodesOf(ALL);
  expect(root?.children.map(({ key }) => key)).toEqual(['C07', 'C08']);
  expect(root?.children[0]?.children.map(({ title }) => title)).toEqual(['石桥村第一党支部']);
  // Whoever sees only a village has that as the root.
  expect(nodesOf(ALL.slice(1, 2)).map(({ key }) => key)).toEqual(['C07']);
});

it('keeps what is above of what was found', () => {
  const names = (typed: string) => narrowed(ALL, typed).map(({ id }) => id);
  expect(names('第一')).toEqual(['qh', 'c07', 'c071']);
  expect(names('ll')).toEqual(['qh', 'c08']);
  expect(names('c08')).toEqual(['qh', 'c08']);
  expect(names('王家')).toEqual([]);
  expect(names(' ')).toHaveLength(4);
});

it('knows what is above', () => {
  expect(above(ALL, 'C071')).toEqual(['C07', 'QH']);
});
