/** One WHIP (RFC 9725) or WHEP session: offer out, answer in, DELETE at the end. No trickle, no STUN. */
import type { MediaLink } from '../api/types';
import { startFast } from './codecs';

/** The wait for local addresses; in a local network they are there at once. */
const GATHERING_MS = 1500;
const ANSWER_MS = 8000;

/** Why a session is over, as the server that ended it says. */
export type Why =
  /** The network, or nobody knows better. */
  | 'lost'
  /** Somebody else took the stream over. */
  | 'replaced'
  /** This one may no longer. */
  | 'revoked'
  /** What it belonged to is over. */
  | 'ended'
  /** The server knows nothing of it: it was started again, or is an engine that does not say why. */
  | 'unknown';

const CODES: Record<string, Why> = {
  session_replaced: 'replaced',
  session_revoked: 'revoked',
  session_ended: 'ended',
};

/** The media server refused. */
export class MediaRefusal extends Error {
  override readonly name = 'MediaRefusal';

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** A sentence for the screen, if the server has one. */
    readonly words: string | null = null,
  ) {
    super(`media server answered ${status}`);
  }

  /** Whether it refuses this one; new access is worth a few tries. */
  get refuses(): boolean {
    return [401, 403, 410].includes(this.status);
  }

  /** Whether asking again is no use. */
  get final(): boolean {
    const passing = [401, 403, 404, 408, 410, 412, 425, 429];
    return this.status >= 400 && this.status < 500 && !passing.includes(this.status);
  }

  /** Whether new tokens may help: those of before a restart are unknown. */
  get staleAccess(): boolean {
    return [401, 403, 404, 410].includes(this.status);
  }
}

export interface Session {
  pc: RTCPeerConnection;
  /**
   * Ends it here and says so to the server, which answers why it ended if it had before; `null` when
   * there was no answer. Never throws, and may be called again.
   */
  end: () => Promise<Why | null>;
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

/** Ends a session on the server. */
async function tell(resource: string, link: MediaLink): Promise<Why | null> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  try {
    // `keepalive`: also while the page goes away.
    const response = await fetch(resource, {
      method: 'DELETE',
      headers: authorization(link),
      keepalive: true,
      credentials: 'omit',
      signal: abort.signal,
    });
    if (response.status === 410) return whyIn(await response.json().catch(() => null));
    if (response.status === 404) return 'unknown';
    // A proxy that answers for a server that is not there knows nothing.
    return response.status >= 500 ? null : 'lost';
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** What a problem document says of the end of a session. */
export function whyIn(problem: unknown): Why {
  const code = field(problem, 'code');
  return (code === null ? undefined : CODES[code]) ?? 'lost';
}

function field(problem: unknown, name: string): string | null {
  if (typeof problem !== 'object' || problem === null) return null;
  const value = (problem as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * Opens a session: `prepare` adds the transceivers. `ifFree`: nobody who sends is replaced (412).
 *
 * @throws MediaRefusal when the server does not answer 201.
 */
export async function exchange(
  link: MediaLink,
  prepare: (pc: RTCPeerConnection) => void,
  signal: AbortSignal,
  ifFree = false,
): Promise<Session> {
  const pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' });
  let resource: string | null = null;
  const end = (): Promise<Why | null> => {
    pc.close();
    return resource === null ? Promise.resolve<Why>('lost') : tell(resource, link);
  };
  try {
    prepare(pc);
    await pc.setLocalDescription(await pc.createOffer());
    await gathered(pc, GATHERING_MS);
    const url = new URL(link.url, location.href).href;
    // Other engines know nothing of it, and a browser would have to ask them first.
    const condition = ifFree && new URL(url).origin === location.origin;
    const response = await ask(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/sdp',
          ...(condition && { 'if-none-match': '*' }),
          ...authorization(link),
        },
        credentials: 'omit',
        body: pc.localDescription?.sdp ?? '',
      },
      signal,
    );
    if (response.status !== 201) {
      const problem: unknown = await response.json().catch(() => null);
      throw new MediaRefusal(response.status, field(problem, 'title'));
    }
    const location_ = response.headers.get('location');
    resource = location_ === null ? null : new URL(location_, url).href;
    const sdp = startFast(await response.text());
    if (signal.aborted) throw new MediaRefusal(0);
    await pc.setRemoteDescription({ type: 'answer', sdp });
    return { pc, end };
  } catch (error) {
    void end();
    throw error;
  }
}
