import { expect, it } from 'vitest';

import { onCalendar } from '../../kit/china_calendar';
import { MINUTE } from '../../words/time';
import type { Fields } from './draft';
import { draftOf, firstFields, spotTrouble } from './draft';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOW = at('2026-11-30T14:05:00');
const FIELDS = { ...firstFields(NOW, 'QH'), title: ' 主题党日 ' } as Fields;

it('opens at once where no time is wanted', () => {
  expect(draftOf(FIELDS)).toEqual({
    title: '主题党日',
    organization_code: 'QH',
    occasion: 'meeting',
    statuses: ['full', 'probationary'],
    window_ms: 10 * MINUTE,
    grace_ms: 0,
    presence_code: false,
  });
});

it('opens at a full minute in China', () => {
  const later = { ...FIELDS, when: 'later' as const, opens_at: onCalendar(NOW + 30_000) };
  expect(draftOf(later).opens_at_ms).toBe(NOW);
  // What is suggested is round and lies ahead.
  expect(draftOf({ ...FIELDS, when: 'later' }).opens_at_ms).toBe(at('2026-11-30T15:30:00'));
});

it('holds spot checks only if some are wanted, in minutes', () => {
  expect(draftOf({ ...FIELDS, spots: 2 }).spot_checks).toEqual({
    count: 2,
    window_ms: 3 * MINUTE,
    within_ms: 60 * MINUTE,
  });
});

it('leaves room for all of them', () => {
  expect(spotTrouble({ spots: 0, spot_window: 60, spot_within: 1 })).toBeNull();
  expect(spotTrouble({ spots: 3, spot_window: 20, spot_within: 60 })).toBeNull();
  expect(spotTrouble({ spots: 3, spot_window: 21, spot_within: 60 })).toContain('63 分钟');
});
