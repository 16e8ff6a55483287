import type { MeetingState } from '../../api/types';
import type { Tone } from '../../kit/tag/tag';

export const TONE: Record<MeetingState, Tone> = {
  scheduled: 'waiting',
  live: 'live',
  ended: 'done',
  cancelled: 'off',
};
