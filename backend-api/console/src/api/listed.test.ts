import { expect, it } from 'vitest';

import { asked, placeOf } from './listed';

it('asks for nothing that is not wanted', () => {
  expect(asked({ name: '', kind: undefined, left: true }, undefined, 50)).toEqual({
    left: true,
    limit: 50,
  });
  expect(asked({ name: 'qsy' }, '7', 200)).toEqual({ name: 'qsy', limit: 200, before: '7' });
});

it('reads from an address where and what', () => {
  expect(placeOf({ in: '', q: ' ' })).toEqual({ organization: undefined, name: undefined });
  expect(placeOf({ in: 'C07', q: ' 秦 ' })).toEqual({ organization: 'C07', name: '秦' });
});
