/** Which codecs are offered: the relay knows H.264 constrained baseline and Opus. */

interface Codec {
  mimeType: string;
  clockRate: number;
  channels?: number;
  sdpFmtpLine?: string;
}

function rank({ sdpFmtpLine = '' }: Codec): number {
  const profile = /profile-level-id=([0-9a-f]{6})/i.exec(sdpFmtpLine)?.[1]?.toLowerCase() ?? '';
  const constrainedBaseline = profile.startsWith('42e0') ? 0 : profile.startsWith('42') ? 1 : 2;
  const singleNal = sdpFmtpLine.includes('packetization-mode=1') ? 0 : 4;
  return singleNal + constrainedBaseline;
}

/** Chromium begins with 0.3 Mbit/s and needs half a minute to trust a fast line. */
const START_KBIT_PER_SECOND = 1500;

/** The answer with a hint for Chromium to begin with a good picture; others ignore it. */
export function startFast(answer: string): string {
  const h264 = new Set(
    [...answer.matchAll(/^a=rtpmap:(\d+) H264\/90000/gim)].map(([, payload]) => payload),
  );
  return answer.replace(/^a=fmtp:(\d+) [^\r\n]*/gm, (line, payload: string) =>
    h264.has(payload) ? `${line};x-google-start-bitrate=${START_KBIT_PER_SECOND}` : line,
  );
}

/**
 * H.264 of those a browser has, constrained baseline in packetization mode 1 first, with
 * retransmission; nothing if it has none.
 */
export function h264First<T extends Codec>(codecs: readonly T[]): T[] {
  const video = codecs.filter((codec) => codec.mimeType.toLowerCase() === 'video/h264');
  if (video.length === 0) return [];
  const rtx = codecs.filter((codec) => codec.mimeType.toLowerCase() === 'video/rtx');
  return [...video].sort((a, b) => rank(a) - rank(b)).concat(rtx);
}
