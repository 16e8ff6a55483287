/** One WHIP (RFC 9725) or WHEP session: offer out, answer in, DELETE at the end. No trickle, no STUN. */
import type { MediaLink } from '../api/types';
import { startFast } from './codecs';

/** The wait for local addresses; in a local network they are there at once. */
const GATHERING_MS = 1500;
const ANSWER_MS = 8000;

/** The media server refused. */
export class MediaRefusal extends Error {
  override readonly name = 'MediaRefusal';

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
  ) {
    super(`media server answered ${status}`);
  }

  /** Whether new tokens may help: those of before a restart are unknown. */
  get staleAccess(): boolean {
    return [401, 403, 404, 410].includes(this.status);
  }
}

export interface Session {
  pc: RTCPeerConnection;
  /** Ends it here and says so to the server; never throws. */
  end: () => void;
}

function gathered(pc: RTCPeerConnection, atMost: number): Promise<void> {
  if (pc.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, atMost);
    pc.addEventListener('icegatheringstatechange', () => {
      if (pc.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      resolve();
    });
  });
}

function authorization(link: MediaLink): Record<string, string> {
  return link.token ? { authorization: `Bearer ${link.token}` } : {};
}

/** Fetches, and ends waiting when `signal` says so or after `ANSWER_MS`. */
async function ask(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = setTimeout(stop, ANSWER_MS);
  signal.addEventListener('abort', stop);
  try {
    return await fetch(url, { ...init, signal: abort.signal });
  } catch {
    throw new MediaRefusal(0);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Opens a session: `prepare` adds the transceivers.
 *
 * @throws MediaRefusal when the server does not answer 201.
 */
export async function exchange(
  link: MediaLink,
  prepare: (pc: RTCPeerConnection) => void,
  signal: AbortSignal,
): Promise<Session> {
  const pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  let resource: string | null = null;
  const end = () => {
    pc.close();
    if (resource === null) return;
    // `keepalive`: also while the page goes away.
    void fetch(resource, {
      method: 'DELETE',
      headers: authorization(link),
      keepalive: true,
      credentials: 'omit',
    }).catch(() => undefined);
    resource = null;
  };
  try {
    prepare(pc);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc, GATHERING_MS);
    const url = new URL(link.url, location.href).href;
    const response = await ask(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/sdp', ...authorization(link) },
        credentials: 'omit',
        body: pc.localDescription?.sdp ?? '',
      },
      signal,
    );
    if (response.status !== 201) throw new MediaRefusal(response.status);
    const location_ = response.headers.get('location');
    resource = location_ === null ? null : new URL(location_, url).href;
    const sdp = startFast(await response.text());
    if (signal.aborted) throw new MediaRefusal(0);
    await pc.setRemoteDescription({ type: 'answer', sdp });
    return { pc, end };
  } catch (error) {
    end();
    throw error;
  }
}
