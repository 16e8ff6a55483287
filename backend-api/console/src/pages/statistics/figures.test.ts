import { expect, it } from 'vitest';

import type { RequestFigures } from '../../api/types';
import { response, satisfaction, share } from './figures';

const FIGURES: RequestFigures = {
  received: 10,
  responded: 9,
  in_time: 8,
  escalated: 1,
  reopened: 1,
  solved: 3,
  partly: 1,
  declined: 0,
  silent: 4,
  satisfaction: [1, 0, 1, 2, 4],
};

it('gives no share of nothing', () => {
  expect(share(0, 0)).toBe('—');
  expect(share(71, 72)).toBe('98.6%');
  expect(share(3, 3)).toBe('100%');
});

it('counts no silence as satisfied', () => {
  expect(satisfaction(FIGURES)).toBe('75%（8 人评）');
  expect(satisfaction({ ...FIGURES, satisfaction: [0, 0, 0, 0, 0] })).toBe('—');
});

it('says how long the first response took', () => {
  expect(response({ ...FIGURES, response_median_ms: 20_400_000 })).toBe('5 小时 40 分钟');
  expect(response(FIGURES)).toBe('—');
});
