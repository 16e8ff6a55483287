import { expect, it } from 'vitest';

import { takenBackWords } from './taken_back';
import { moment } from './time';

const now = Date.UTC(2026, 10, 30, 4, 0);
const back = { withdrawn: false, reason: '金额要核对', by: 'wang', at_ms: now - 3_600_000 };

it('says who took it back, when and why', () => {
  const when = moment(back.at_ms, now);
  expect(takenBackWords(back, now)).toBe(`wang ${when} 退回：金额要核对`);
  expect(takenBackWords({ ...back, withdrawn: true }, now)).toBe(`wang ${when} 撤回：金额要核对`);
});
