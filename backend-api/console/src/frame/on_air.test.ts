import { expect, it } from 'vitest';

import type { StaffMeeting } from '../api/types';
import { onAir } from './on_air';

const NOW = 1_800_000_000_000;

function live(id: string, organization: string): StaffMeeting {
  return {
    meeting: {
      id,
      meeting_kind: 'broadcast',
      state: 'live',
      title: id,
      agenda: '',
      organization: { id: organization, name: organization },
      starts_at_ms: NOW,
      planned_ms: 3_600_000,
      started_at_ms: NOW - 187_000,
    },
    audience: { id: organization, name: organization },
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
const ofVillage = ({ meeting }: StaffMeeting) => meeting.organization.id === 'village';

it('leads to the host only whoever may direct what is on air', () => {
  const words = '直播中 03:07';
  expect(onAir([live('m', 'village')], ofVillage, NOW)).toEqual({ words, to: '/meetings/m/live' });
  expect(onAir([live('m', 'town')], ofVillage, NOW)).toEqual({ words, to: '/meetings' });
});

it('leads to the list when there are several, and nowhere when there is none', () => {
  const two = [live('m', 'village'), live('n', 'village')];
  expect(onAir(two, ofVillage, NOW)).toEqual({ words: '2 场直播中', to: '/meetings' });
  expect(onAir([], ofVillage, NOW)).toBeNull();
});
