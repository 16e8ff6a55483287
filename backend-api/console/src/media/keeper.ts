/** Keeps one WHIP or WHEP session alive: opens it, watches it, opens a new one when it died. */
import type { MediaLink } from '../api/types';
import { delayBefore } from './backoff';
import type { Session } from './exchange';
import { exchange, MediaRefusal } from './exchange';
import type { Heard } from './watchdog';
import { hear, isDead, mediaFlow, traffic } from './watchdog';

export type Connection =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: number }
  /** `flowing`: media were heard in the last seconds. */
  | { kind: 'connected'; flowing: boolean }
  | { kind: 'waiting'; attempt: number };

export interface Wiring {
  direction: 'send' | 'receive';
  /** Where to; `renew` when what was given last is no longer good. */
  link: (renew: boolean) => Promise<MediaLink>;
  prepare: (pc: RTCPeerConnection) => void;
  opened?: (pc: RTCPeerConnection) => void;
  changed: (connection: Connection) => void;
}

const LOOK_EVERY_MS = 500;

export class Keeper {
  /** Sessions opened so far, for whoever measures. */
  sessions = 0;
  private session: Session | null = null;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private running = false;

  constructor(private readonly wiring: Wiring) {}

  get pc(): RTCPeerConnection | null {
    return this.session?.pc ?? null;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    globalThis.addEventListener('online', this.hurry);
    void this.open(false);
  }

  stop(): void {
    this.running = false;
    globalThis.removeEventListener('online', this.hurry);
    this.drop();
    this.wiring.changed({ kind: 'idle' });
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

  private drop(): void {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    this.abort?.abort();
    this.abort = null;
    this.session?.end();
    this.session = null;
  }

  private async open(renew: boolean): Promise<void> {
    const abort = new AbortController();
    const gone = () => abort.signal.aborted;
    this.abort = abort;
    this.wiring.changed({ kind: 'connecting', attempt: this.attempt });
    try {
      const link = await this.wiring.link(renew);
      if (gone()) return;
      const session = await exchange(link, this.wiring.prepare, abort.signal);
      if (gone()) {
        session.end();
        return;
      }
      this.abort = null;
      this.session = session;
      this.sessions += 1;
      this.wiring.opened?.(session.pc);
      this.watch(session);
    } catch (error) {
      if (gone()) return;
      this.abort = null;
      this.again(error instanceof MediaRefusal && error.staleAccess);
    }
  }

  private again(renew: boolean): void {
    this.drop();
    this.attempt += 1;
    this.wiring.changed({ kind: 'waiting', attempt: this.attempt });
    this.timer = setTimeout(() => void this.open(renew), delayBefore(this.attempt));
  }

  private watch(session: Session): void {
    const { pc } = session;
    let heard: Heard | null = null;
    let told: boolean | null = null;
    pc.addEventListener('connectionstatechange', () => {
      if (session === this.session && pc.connectionState === 'failed') this.again(false);
    });
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
      if (flowing) this.attempt = 0;
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
