import { expect, it } from 'vitest';

import type { MeetingKind, StaffMeeting } from '../../api/types';
import { emptyWords, found, sinceMs, wished } from './listing';

function meeting(title: string, meeting_kind: MeetingKind, host: string): StaffMeeting {
  const organization = { id: host, name: host };
  return {
    meeting: {
      id: title,
      meeting_kind,
      state: 'scheduled',
      title,
      agenda: '',
      organization,
      starts_at_ms: 0,
      planned_ms: 3_600_000,
    },
    audience: { id: 'q', name: '清河镇' },
    audience_code: 'q',
    organization_code: 'q',
    record: false,
    recording_list: '',
    recording: 'none',
    hold_recording: false,
    version: 1,
    created_by: 'admin',
    updated_at_ms: 0,
  };
}

const ALL = [
  meeting('党员大会', 'conference', '望河村'),
  meeting('党课', 'broadcast', '清河镇'),
  meeting('防火会', 'conference', '清河镇'),
];
const titles = (kind: 'all' | MeetingKind, q: string) =>
  found(ALL, { kind, q }).map(({ meeting: { title } }) => title);

it('finds meetings by kind, name and who holds them', () => {
  expect(titles('all', '')).toEqual(['党员大会', '党课', '防火会']);
  expect(titles('broadcast', '')).toEqual(['党课']);
  expect(titles('conference', ' 望河 ')).toEqual(['党员大会']);
  expect(titles('all', '党')).toEqual(['党员大会', '党课']);
  expect(titles('broadcast', '防火')).toEqual([]);
});

it('names the button only to those who have it', () => {
  expect(emptyWords(true)).toContain('新建会议');
  expect(emptyWords(false)).not.toContain('新建会议');
});

it('asks the server for nothing that no filter names', () => {
  expect(wished({ kind: 'all', q: '  ' })).toEqual({ kind: undefined, q: undefined });
  expect(wished({ kind: 'broadcast', q: ' 党课 ' })).toEqual({ kind: 'broadcast', q: '党课' });
});

it('reaches back to a midnight in China', () => {
  const now = new Date('2026-11-25T15:30:00+08:00').getTime();
  expect(sinceMs('all', now)).toBeUndefined();
  expect(sinceMs('quarter', now)).toBe(new Date('2026-08-25T00:00:00+08:00').getTime());
  expect(sinceMs('year', now)).toBe(new Date('2025-11-24T00:00:00+08:00').getTime());
});
