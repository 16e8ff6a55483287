/** Beginning and end of a recording that is cut. Pure. */
import type { HeldRecording, RecordingCut } from '../../api/types';

/** Part of the film that is shown, in ms from its beginning. */
export type Span = readonly [number, number];

/** Shorter nothing is cut. */
export const SHORTEST_MS = 1000;

/** `1:02:03.4`, `0:07.0`: a moment of a film, to a tenth of a second. */
export function at(ms: number): string {
  const tenths = Math.round(ms / 100);
  const [s, m, h] = [
    Math.floor(tenths / 10) % 60,
    Math.floor(tenths / 600) % 60,
    Math.floor(tenths / 36_000),
  ];
  const two = (n: number) => String(n).padStart(2, '0');
  return `${h > 0 ? `${h}:${two(m)}` : m}:${two(s)}.${tenths % 10}`;
}

/** The handles put so that something is left between them. */
export function spanOf([from, to]: Span, duration: number): Span {
  const last = Math.max(0, duration - SHORTEST_MS);
  const begins = Math.min(Math.max(0, from), last);
  return [begins, Math.min(Math.max(to, begins + SHORTEST_MS), Math.max(duration, SHORTEST_MS))];
}

/** What is asked of the server: in all that was recorded, of which the film that is shown may be a part. */
export function cutOf(held: HeldRecording, [from, to]: Span): RecordingCut {
  return { from_ms: held.from_ms + from, to_ms: held.from_ms + to };
}

/** Where a recording that was cut really lies, beside what was asked for; `null`: it was not cut. */
export function realWords({ asked, from_ms, duration_ms }: HeldRecording): string | null {
  if (asked == null) return null;
  const wanted = `要的是 ${at(asked.from_ms)} 到 ${at(asked.to_ms)}`;
  return `${wanted}，实际是 ${at(from_ms)} 到 ${at(from_ms + duration_ms)}。开头只能落在一幅完整的画面上。`;
}
