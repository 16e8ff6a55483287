import { expect, it } from 'vitest';

import type { StaffMeeting } from '../../api/types';
import { moment } from '../../words/time';
import { changed } from './changed';

const at = new Date('2026-11-25T09:30:00+08:00').getTime();
const as = (version: number, updated_by: string | null, updated_at_ms = at) =>
  changed({ version, updated_by, updated_at_ms } as StaffMeeting, at);

it('names who changed it last, and when', () => {
  expect(as(2, 'wang')).toBe(`wang，${moment(at, at)}`);
  // By itself: it was ended, or its recording was made.
  expect(as(3, null)).toBe(moment(at, at));
  // As it was made.
  expect(as(1, 'wang')).toBeNull();
  // An older server does not say.
  expect(as(2, null, 0)).toBeNull();
});
