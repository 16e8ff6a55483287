import { expect, it } from 'vitest';

import type { Fields } from './steps';
import { LABELS, ON_STEP, setupOf, stepOf } from './steps';

it('has every field on one step', () => {
  const names = Object.keys(LABELS) as (keyof Fields)[];
  expect(ON_STEP.flat().sort()).toEqual([...names].sort());
  expect(stepOf('code')).toBe(0);
  expect(stepOf('password')).toBe(2);
});

it('sends names without spaces around them and the password as it was typed', () => {
  const sent = setupOf({
    code: ' 7K2M-9QXD ',
    kind: 'township',
    name: ' 清河镇 ',
    organization_code: ' QH',
    login: '王晓梅 ',
    password: ' two words ',
    again: ' two words ',
  });
  expect(sent).toEqual({
    code: '7K2M-9QXD',
    kind: 'township',
    name: '清河镇',
    organization_code: 'QH',
    login: '王晓梅',
    password: ' two words ',
  });
});
