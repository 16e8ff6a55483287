/**
 * Keeps one WHIP or WHEP session alive: opens it, watches it, opens a new one when it was lost.
 *
 * When nothing comes any more the server is asked why, before anything else: only what was lost is
 * opened again. Whoever was replaced, or may no longer, is told so and stays out until somebody wants it.
 */
import { Refusal } from '../api/refusal';
import type { MediaLink } from '../api/types';
import { delayBefore } from './backoff';
import type { Session, Why } from './exchange';
import { exchange, MediaRefusal } from './exchange';
import type { Heard } from './watchdog';
import { hear, isDead, mediaFlow, traffic } from './watchdog';

/** Why it stays closed. */
export type OverWhy =
  | Exclude<Why, 'lost' | 'unknown'>
  /** Somebody else sends, and was not to be replaced. */
  | 'taken'
  /** The server, or the browser, does not want it. */
  | 'refused';

export interface Over {
  kind: 'over';
  why: OverWhy;
  /** What the server says of it, if it is worth reading. */
  words: string | null;
}

export type Connection =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  /** `flowing`: media were heard in the last seconds. */
  | { kind: 'connected'; flowing: boolean }
  | { kind: 'waiting'; attempt: number }
  | Over;

export interface Wiring {
  direction: 'send' | 'receive';
  /** Where to; `renew` when what was given last is no longer good. */
  link: (renew: boolean) => Promise<MediaLink>;
  prepare: (pc: RTCPeerConnection) => void;
  opened?: (pc: RTCPeerConnection) => void;
  changed: (connection: Connection) => void;
}

const LOOK_EVERY_MS = 500;
/** So many refusals in a row, each with new access, are an answer. */
const REFUSALS = 3;
/** So many failures in a row that are neither the network's nor the server's. */
const FAILURES = 5;
/** A server that drops a session so often within that time means it. */
const DROPPED = { times: 4, within_ms: 60_000 };
/** A session whose answer was lost is gone on the server by then. */
const GHOST_MS = 15_000;

export class Keeper {
  /** Sessions opened so far, for whoever measures. */
  sessions = 0;
  private session: Session | null = null;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private running = false;
  /** Asks why the last session ended, until the server has answered. */
  private farewell: (() => Promise<Why | null>) | null = null;
  private refusals = 0;
  private failures = 0;
  /** Whoever sends is replaced by the next session. */
  private take = false;
  private ghostUntil = 0;
  /** When a server that does not say why had dropped a session. */
  private dropped: number[] = [];

  constructor(private readonly wiring: Wiring) {}

  get pc(): RTCPeerConnection | null {
    return this.session?.pc ?? null;
  }

  /** `take`: in place of whoever sends now. Otherwise nobody is replaced. */
  start(take = false): void {
    if (this.running) return;
    this.running = true;
    this.take = take;
    this.attempt = 0;
    this.refusals = 0;
    this.failures = 0;
    this.dropped = [];
    globalThis.addEventListener('online', this.hurry);
    void this.open(false);
  }

  stop(): void {
    this.end({ kind: 'idle' });
  }

  private end(connection: Connection): void {
    this.running = false;
    globalThis.removeEventListener('online', this.hurry);
    void this.drop()?.end();
    this.farewell = null;
    this.wiring.changed(connection);
  }

  private over(why: OverWhy, words: string | null = null): void {
    this.end({ kind: 'over', why, words });
  }

  /** The network is back: no need to wait for the next try. */
  private readonly hurry = (): void => {
    if (!this.running || this.session !== null || this.abort !== null) return;
    clearTimeout(this.timer);
    void this.open(false);
  };

  /** A new session, because the one there is alive but brings nothing. */
  restart(): void {
    if (this.session !== null) this.again(false);
  }

  /** Lets go of what there is; the session is still to be ended. */
  private drop(): Session | null {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    this.abort?.abort();
    this.abort = null;
    const { session } = this;
    this.session = null;
    return session;
  }

  private async open(renew: boolean): Promise<void> {
    const abort = new AbortController();
    const gone = () => abort.signal.aborted;
    this.abort = abort;
    if (!(await this.mayOpen(gone))) return;
    this.wiring.changed({ kind: 'connecting', attempt: this.attempt });
    try {
      const link = await this.wiring.link(renew);
      if (gone()) return;
      const ifFree = this.wiring.direction === 'send' && !this.take;
      const session = await exchange(link, this.wiring.prepare, abort.signal, ifFree);
      if (gone()) {
        void session.end();
        return;
      }
      this.abort = null;
      this.session = session;
      this.sessions += 1;
      this.take = false;
      this.wiring.opened?.(session.pc);
      this.watch(session);
    } catch (error) {
      if (gone()) return;
      this.abort = null;
      this.failed(error);
    }
  }

  /** Whether the last session was lost rather than ended. */
  private async mayOpen(gone: () => boolean): Promise<boolean> {
    if (this.farewell === null) return true;
    const why = await this.farewell();
    if (gone()) return false;
    this.abort = null;
    if (why === null) {
      // Nobody knows; the network is to blame.
      this.again(false);
      return false;
    }
    this.farewell = null;
    return this.goesOn(why);
  }

  /** Whether the session is to be opened again. */
  private goesOn(why: Why): boolean {
    if (why === 'lost') return true;
    if (why !== 'unknown') {
      this.over(why);
      return false;
    }
    const now = performance.now();
    this.dropped = this.dropped.filter((at) => now - at < DROPPED.within_ms);
    this.dropped.push(now);
    if (this.dropped.length < DROPPED.times) return true;
    this.over('refused', '服务器几次断开了这路画面，可能正由另一处使用。');
    return false;
  }

  private failed(error: unknown): void {
    if (error instanceof MediaRefusal) {
      if (error.status === 0) this.ghostUntil = performance.now() + GHOST_MS;
      if (error.status === 412 && performance.now() >= this.ghostUntil) {
        // Whoever has sent before was pushed out meanwhile.
        this.over(this.sessions > 0 ? 'replaced' : 'taken');
      } else if (error.final) {
        this.over('refused', error.words);
      } else {
        if (error.refuses) this.refusals += 1;
        if (this.refusals >= REFUSALS) this.over('refused', error.words);
        else this.again(error.staleAccess);
      }
    } else if (error instanceof Refusal) {
      const passing = error.status === 0 || error.status === 429 || error.status >= 500;
      if (passing) this.again(true);
      else this.over('refused', error.message);
    } else {
      this.failures += 1;
      if (this.failures >= FAILURES) this.over('refused');
      else this.again(false);
    }
  }

  private again(renew: boolean): void {
    const session = this.drop();
    this.attempt += 1;
    this.wiring.changed({ kind: 'waiting', attempt: this.attempt });
    if (session !== null) {
      // It ends at once, and whoever was replaced does not wait to be told.
      const asked = session.end();
      let first: Promise<Why | null> | null = asked;
      this.farewell = () => {
        const answer = first ?? session.end();
        first = null;
        return answer;
      };
      void asked.then((why) => {
        // What may be opened again is when its time has come.
        if (why === null || why === 'lost' || why === 'unknown') return;
        if (this.running && this.session === null) this.over(why);
      });
    }
    this.timer = setTimeout(() => void this.open(renew), delayBefore(this.attempt));
  }

  private watch(session: Session): void {
    const { pc } = session;
    let heard: Heard | null = null;
    let told: boolean | null = null;
    const lost = () => {
      if (session === this.session) this.again(false);
    };
    pc.addEventListener('connectionstatechange', () => {
      if (pc.connectionState === 'failed') lost();
    });
    // The server says goodbye by DTLS, long before anybody would notice the silence.
    for (const { sender, receiver } of pc.getTransceivers()) {
      const transport = sender.transport ?? receiver.transport;
      transport?.addEventListener('statechange', () => {
        if (transport.state === 'closed' || transport.state === 'failed') lost();
      });
    }
    const look = async () => {
      const stats = await pc.getStats().catch(() => null);
      if (session !== this.session || stats === null) return;
      const now = performance.now();
      heard = hear(heard, traffic(reportsOf(stats), this.wiring.direction), now);
      if (isDead(heard, now)) {
        this.again(false);
        return;
      }
      if (pc.connectionState !== 'connected') return;
      const flowing = mediaFlow(heard, now);
      if (flowing) {
        this.attempt = 0;
        this.refusals = 0;
        this.failures = 0;
      }
      if (flowing !== told) {
        told = flowing;
        this.wiring.changed({ kind: 'connected', flowing });
      }
    };
    this.looking = setInterval(() => void look(), LOOK_EVERY_MS);
  }
}

function reportsOf(stats: RTCStatsReport): { type: string }[] {
  const reports: { type: string }[] = [];
  stats.forEach((report: { type: string }) => reports.push(report));
  return reports;
}
