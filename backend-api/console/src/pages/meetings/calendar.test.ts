import { expect, it } from 'vitest';

import type { MeetingState, StaffMeeting } from '../../api/types';
import { onPage, sections } from './calendar';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const NOW = at('2026-11-25T15:30:00'); // a Wednesday

function meeting(id: string, starts: string, state: MeetingState = 'scheduled'): StaffMeeting {
  const organization = { id: 'o', name: '清河镇' };
  return {
    meeting: {
      id,
      meeting_kind: 'broadcast',
      state,
      title: id,
      agenda: '',
      organization,
      starts_at_ms: at(starts),
      planned_ms: 3_600_000,
    },
    audience: organization,
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

it('sorts meetings into live, today, week, later and past', () => {
  const given = [
    meeting('next monday', '2026-11-30T00:00:00'),
    meeting('sunday', '2026-11-29T23:59:00'),
    meeting('tonight', '2026-11-25T20:00:00'),
    meeting('this morning, not started', '2026-11-25T08:00:00'),
    meeting('this morning, over', '2026-11-25T09:00:00', 'ended'),
    meeting('yesterday, never started', '2026-11-24T09:00:00'),
    meeting('since yesterday', '2026-11-24T22:00:00', 'live'),
    meeting('cancelled tomorrow', '2026-11-26T09:00:00', 'cancelled'),
  ];
  expect(
    sections(given, NOW).map(({ key, meetings }) => [key, meetings.map((m) => m.meeting.id)]),
  ).toEqual([
    ['live', ['since yesterday']],
    ['today', ['this morning, not started', 'tonight']],
    ['week', ['cancelled tomorrow', 'sunday']],
    ['later', ['next monday']],
    ['past', ['this morning, over', 'yesterday, never started']],
  ]);
  expect(sections([], NOW)).toEqual([]);
});

it('counts all of a group, also when a page has only a part of it', () => {
  const all = sections(
    [
      meeting('tonight', '2026-11-25T20:00:00'),
      meeting('friday', '2026-11-27T09:00:00'),
      meeting('saturday', '2026-11-28T09:00:00'),
      meeting('next monday', '2026-11-30T09:00:00'),
    ],
    NOW,
  );
  const second = all.flatMap(({ meetings }) => meetings).slice(2);
  expect(
    onPage(all, new Set(second)).map(({ key, meetings, count }) => [key, meetings.length, count]),
  ).toEqual([
    ['week', 1, 2],
    ['later', 1, 1],
  ]);
});
