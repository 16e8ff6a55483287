/** One look into a room: begins it, fetches its picture, ends it. */
import { closeLook, openLook } from '../../api/duty';
import { sentence } from '../../api/refusal';
import type { DutyRoom, LookAccess } from '../../api/types';
import type { Connection, Over } from '../../media/keeper';
import { Player } from '../../media/player';

export type Phase = 'opening' | 'open' | 'over' | 'refused';

export interface Look {
  room: DutyRoom;
  phase: Phase;
  /** Since when, once it is open. */
  since_ms: number | null;
  connection: Connection;
  stream: MediaStream | null;
  /** Why it was refused, or ended by the server. */
  trouble: string | null;
}

export class Looking {
  private readonly player: Player;
  private readonly listeners = new Set<() => void>();
  private access: LookAccess | null = null;
  private ended = false;
  private state: Look;

  constructor(
    readonly room: DutyRoom,
    /** Called when it has begun and when it is over. */
    private readonly changed: () => void,
  ) {
    this.state = {
      room,
      phase: 'opening',
      since_ms: null,
      connection: { kind: 'idle' },
      stream: null,
      trouble: null,
    };
    this.player = new Player(
      (renew) => this.link(renew),
      (connection) => {
        this.set({ connection });
        if (connection.kind === 'over') void this.end(overWords(connection));
      },
      (stream) => this.set({ stream }),
    );
    globalThis.addEventListener('pagehide', this.leave);
    void this.begin();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): Look => this.state;

  /** Looks no longer. */
  async end(trouble: string | null = null): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    globalThis.removeEventListener('pagehide', this.leave);
    this.player.keeper.stop();
    this.set({ phase: 'over', stream: null, trouble });
    // The end of the session ends it too; but somebody may go before there is one.
    if (this.access) await closeLook(this.access.look.id).catch(() => undefined);
    this.changed();
  }

  /**
   * The page goes away: the session's DELETE still gets through, and ends the look. A page that comes back
   * as it was must not seem to look.
   */
  private readonly leave = (): void => void this.end();

  private async begin(): Promise<void> {
    try {
      const access = await openLook(this.room.id);
      this.access = access;
      if (this.ended) {
        await closeLook(access.look.id);
        this.changed();
        return;
      }
      this.set({ phase: 'open', since_ms: access.look.opened_at_ms });
      this.changed();
      this.player.keeper.start();
    } catch (error) {
      if (this.ended) return;
      this.ended = true;
      globalThis.removeEventListener('pagehide', this.leave);
      this.set({ phase: 'refused', trouble: sentence(error) });
    }
  }

  /** A look's token is void when the look is over; a new one would be a new line of the log. */
  private link(renew: boolean): Promise<LookAccess['picture']> {
    if (renew || this.access === null) {
      void this.end();
      return Promise.reject(new Error('the look is over'));
    }
    return Promise.resolve(this.access.picture);
  }

  private set(change: Partial<Look>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** Why the server ended a look, in words. */
function overWords({ why, words }: Over): string | null {
  switch (why) {
    case 'revoked':
      return '您已没有查看这里的权限，查看已经结束。';
    case 'refused':
      return words ?? '服务器没有送来画面，查看已经结束。';
    default:
      return null;
  }
}

/** What stands in the picture until there is one. */
export function pictureWords({ phase, connection, stream, room }: Look): string | null {
  if (phase === 'opening') return '正在打开';
  if (phase !== 'open') return null;
  if (connection.kind === 'waiting' || (connection.kind === 'connecting' && connection.attempt > 0))
    return '画面中断';
  if (connection.kind === 'connected' && connection.flowing && stream !== null) return null;
  return room.source === 'station' ? '正在等电视送来画面' : '正在连接摄像头';
}
