/** Who changed a meeting last, and when, in words. Pure. */
import type { StaffMeeting } from '../../api/types';
import { moment } from '../../words/time';

/** `null`: nobody has changed it since it was made. The server changes some by itself; then nobody is named. */
export function changed(
  { version, updated_at_ms: at_ms, updated_by: by }: StaffMeeting,
  now: number,
): string | null {
  if (version <= 1 || !at_ms) return null;
  return by ? `${by}，${moment(at_ms, now)}` : moment(at_ms, now);
}
