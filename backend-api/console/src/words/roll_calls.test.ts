import { expect, it } from 'vitest';

import { corrected } from './roll_calls';

it('reads a correction as the log spells it', () => {
  expect(corrected('roll_call:0199-a Leave: 家里办丧事：三天')).toEqual({
    state: 'leave',
    reason: '家里办丧事：三天',
  });
  expect(corrected('roll_call:0199-a Somehow: x')).toBeNull();
  expect(corrected('')).toBeNull();
});
