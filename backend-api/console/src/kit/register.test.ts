import { expect, it } from 'vitest';

import type { Organization } from '../api/types';
import { subtreeOf } from './register';

const organization = (id: string, parent_id: string | null): Organization => ({
  id,
  parent_id,
  code: id.toUpperCase(),
  name: id,
  kind: 'village',
});

it('finds what lies below, however deep, and nothing beside', () => {
  const tree = [
    organization('county', null),
    organization('town', 'county'),
    organization('other', 'county'),
    organization('village', 'town'),
    organization('branch', 'village'),
  ];
  expect([...subtreeOf(tree, 'TOWN')]).toEqual(['town', 'village', 'branch']);
  expect(subtreeOf(tree, 'NOWHERE').size).toBe(0);
});
