/** Sends the host's picture and sound. Tracks can be exchanged while it sends. */
import type { MediaLink } from '../api/types';
import { h264First } from './codecs';
import type { Connection } from './keeper';
import { Keeper } from './keeper';

/** Enough for 1280×720 at 25 pictures a second; less for pictures that hardly move is automatic. */
const VIDEO_BITS_PER_SECOND = 2_000_000;
const AUDIO_BITS_PER_SECOND = 48_000;

export interface Tracks {
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
}

/** Whether this browser can send what televisions can play. */
export function canSendH264(): boolean {
  if (typeof RTCRtpSender === 'undefined') return false;
  return h264First(RTCRtpSender.getCapabilities('video')?.codecs ?? []).length > 0;
}

export class Publisher {
  readonly keeper: Keeper;
  private tracks: Tracks = { video: null, audio: null };
  private video: RTCRtpSender | null = null;
  private audio: RTCRtpSender | null = null;

  constructor(
    link: (renew: boolean) => Promise<MediaLink>,
    changed: (connection: Connection) => void,
  ) {
    this.keeper = new Keeper({
      direction: 'send',
      link,
      prepare: (pc) => this.prepare(pc),
      opened: () => void this.limit(),
      changed,
    });
  }

  /** What is sent from now on. A missing track sends nothing of its kind. */
  async use(tracks: Tracks): Promise<void> {
    this.tracks = tracks;
    await Promise.all([
      this.video?.replaceTrack(tracks.video),
      this.audio?.replaceTrack(tracks.audio),
    ]).catch(() => {
      // This session does not take them: a new one is opened with them, as it is after one that was lost.
      this.keeper.restart();
    });
    await this.limit();
  }

  private prepare(pc: RTCPeerConnection): void {
    // Both kinds always, so that a track can come later without a new session.
    const video = pc.addTransceiver(this.tracks.video ?? 'video', { direction: 'sendonly' });
    const audio = pc.addTransceiver(this.tracks.audio ?? 'audio', { direction: 'sendonly' });
    const codecs = h264First(RTCRtpSender.getCapabilities('video')?.codecs ?? []);
    if (codecs.length > 0) video.setCodecPreferences(codecs);
    this.video = video.sender;
    this.audio = audio.sender;
  }

  private async limit(): Promise<void> {
    // One size all the time: fewer pictures a second disturb a recording less than smaller ones.
    await limited(this.video, VIDEO_BITS_PER_SECOND, 'maintain-resolution');
    await limited(this.audio, AUDIO_BITS_PER_SECOND);
  }
}

async function limited(
  sender: RTCRtpSender | null,
  maxBitrate: number,
  degradationPreference?: RTCDegradationPreference,
): Promise<void> {
  if (sender === null) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrate;
  if (degradationPreference) parameters.degradationPreference = degradationPreference;
  // Not every browser takes every parameter; the picture goes out either way.
  await sender.setParameters(parameters).catch(() => undefined);
}
