import { expect, it } from 'vitest';

import { whichOf } from './filters';

it('asks the server for what is chosen', () => {
  expect(whichOf({ in: '', q: '', has: 'all' })).toEqual({});
  expect(whichOf({ in: 'C07', q: '秦', has: 'no_tv' })).toEqual({
    organization: 'C07',
    name: '秦',
    only: 'no_tv',
  });
});
