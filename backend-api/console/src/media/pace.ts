/** How fast a film is sent, and how long it takes yet. Pure. */
import { length } from '../words/time';

/** What was sent longer ago says nothing of the line now. */
const WINDOW_MS = 15_000;
/** Less than that says nothing. */
const LEAST_MS = 1_500;

interface Sample {
  at_ms: number;
  sent: number;
}

/** What was sent lately. */
export type Pace = readonly Sample[];

export const NO_PACE: Pace = [];

/** With what is sent now. Less than before: something was lost, and it is reckoned anew. */
export function paced(pace: Pace, at_ms: number, sent: number): Pace {
  const last = pace[pace.length - 1];
  if (last !== undefined && sent < last.sent) return [{ at_ms, sent }];
  return [...pace.filter((one) => one.at_ms >= at_ms - WINDOW_MS), { at_ms, sent }];
}

/** Bytes per second; `null`: it cannot be said yet. */
export function speed(pace: Pace): number | null {
  const [first, last] = [pace[0], pace[pace.length - 1]];
  if (first === undefined || last === undefined) return null;
  const ms = last.at_ms - first.at_ms;
  return ms < LEAST_MS ? null : ((last.sent - first.sent) * 1000) / ms;
}

/** `还要 4 分钟`; nothing while it cannot be said. */
export function remaining(pace: Pace, bytes: number): string {
  const [fast, last] = [speed(pace), pace[pace.length - 1]];
  if (fast === null || fast <= 0 || last === undefined) return '';
  const ms = ((bytes - last.sent) / fast) * 1000;
  return ms < 60_000 ? '还要不到 1 分钟' : `还要 ${length(ms)}`;
}

/** `3.0 GB`, `640 MB`, `12 KB`. */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e8) return `${Math.round(bytes / 1e6)} MB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.ceil(bytes / 1e3)} KB`;
}

/** Whole percents; 100 only when all is there. */
export function percent(sent: number, bytes: number): number {
  return bytes <= 0 ? 0 : Math.min(Math.floor((sent / bytes) * 100), sent >= bytes ? 100 : 99);
}
