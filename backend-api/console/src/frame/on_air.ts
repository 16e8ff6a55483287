/** What the frame says of what is on air. Pure. */
import type { StaffMeeting } from '../api/types';
import { elapsed } from '../words/time';

export interface OnAir {
  words: string;
  to: string;
}

/** `null`: nothing is. The way leads to the host's page only for those who may direct that meeting. */
export function onAir(
  live: readonly StaffMeeting[],
  directs: (one: StaffMeeting) => boolean,
  now: number,
): OnAir | null {
  const [first] = live;
  if (first === undefined) return null;
  if (live.length > 1) return { words: `${live.length} 场直播中`, to: '/meetings' };
  const { id, started_at_ms } = first.meeting;
  return {
    words: `直播中${started_at_ms == null ? '' : ` ${elapsed(now - started_at_ms)}`}`,
    to: directs(first) ? `/meetings/${id}/live` : '/meetings',
  };
}
