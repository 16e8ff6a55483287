/**
 * Notices that a connection is dead. WebRTC itself may say `connected` for half a minute after the
 * other side is gone.
 *
 * While media flow, three seconds of silence are enough. Without media (nobody sends to the
 * program yet) only the checks of ICE are heard, one in about 2.5 s, so it takes longer to be sure.
 */

export interface Traffic {
  /** Bytes of media, or of reports about media we send. */
  media: number;
  /** Everything else that only a living peer sends: answers to ICE checks. */
  signs: number;
}

export interface Heard extends Traffic {
  mediaAtMs: number;
  anyAtMs: number;
}

export const SILENT_MS = 3000;
export const SILENT_WITHOUT_MEDIA_MS = 8000;

/** What is known after looking at the counters again. */
export function hear(before: Heard | null, now: Traffic, nowMs: number): Heard {
  if (before === null) return { ...now, mediaAtMs: Number.NEGATIVE_INFINITY, anyAtMs: nowMs };
  const media = now.media > before.media;
  const any = media || now.signs > before.signs;
  return {
    ...now,
    mediaAtMs: media ? nowMs : before.mediaAtMs,
    anyAtMs: any ? nowMs : before.anyAtMs,
  };
}

/** Whether the other side must be gone. */
export function isDead(heard: Heard, nowMs: number): boolean {
  const limit = heard.mediaAtMs === heard.anyAtMs ? SILENT_MS : SILENT_WITHOUT_MEDIA_MS;
  return nowMs - heard.anyAtMs > limit;
}

/** Whether media were heard within the last moments. */
export function mediaFlow(heard: Heard, nowMs: number): boolean {
  return nowMs - heard.mediaAtMs <= SILENT_MS;
}

interface Report {
  type: string;
  bytesReceived?: number;
  responsesReceived?: number;
  requestsReceived?: number;
}

/** The counters of a connection. A sender hears of its media by the reports it gets back. */
export function traffic(reports: Iterable<Report>, direction: 'send' | 'receive'): Traffic {
  const sum = { media: 0, signs: 0 };
  for (const report of reports) {
    if (report.type === 'inbound-rtp') {
      sum.media += report.bytesReceived ?? 0;
    } else if (report.type === 'candidate-pair') {
      sum.signs += (report.responsesReceived ?? 0) + (report.requestsReceived ?? 0);
      // On the way out these bytes are RTCP: what the other side says of our media.
      if (direction === 'send') sum.media += report.bytesReceived ?? 0;
      else sum.signs += report.bytesReceived ?? 0;
    }
  }
  return sum;
}
