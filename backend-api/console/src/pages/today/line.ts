/** A line of what is to be done. Pure. */
import { DAY, length, MINUTE } from '../../words/time';

export type Kind =
  | 'live'
  | 'roll_call'
  | 'request'
  | 'clock'
  | 'meeting'
  | 'bulletin'
  | 'submission'
  | 'enrolment'
  | 'terminal'
  | 'notice'
  | 'recording';

export interface Line {
  key: string;
  kind: Kind;
  /** Red for what is live or late, amber for what soon is, nothing otherwise. */
  tone: 'red' | 'amber' | 'plain';
  title: string;
  /** A published name that belongs to the title. */
  name?: string;
  note: string;
  /** What presses, and more on it. */
  clock: string;
  beside: string;
  button: string;
  to: string;
}

/** `2 小时 40 分钟`, `3 天`: how long ago. */
export function ago(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  return ms < 2 * DAY ? length(Math.max(MINUTE, ms)) : `${Math.floor(ms / DAY)} 天`;
}
