/** The page's two media sessions: what the host sends and the program that comes back. */
import { hostAccess } from '../../api/meetings';
import type { HostAccess } from '../../api/types';
import type { Connection, Over } from '../../media/keeper';
import { Player } from '../../media/player';
import { Publisher } from '../../media/publisher';

export interface Links {
  publish: Connection;
  program: Connection;
  stream: MediaStream | null;
}

export class HostConnection {
  readonly publisher: Publisher;
  readonly player: Player;
  private state: Links = { publish: { kind: 'idle' }, program: { kind: 'idle' }, stream: null };
  private readonly listeners = new Set<() => void>();
  private access: Promise<HostAccess> | null = null;
  private speaking = false;

  constructor(private readonly meetingId: string) {
    this.publisher = new Publisher(
      async (renew) => (await this.links(renew)).publish,
      (publish) => this.set({ publish }),
    );
    this.player = new Player(
      async (renew) => {
        const access = await this.links(renew);
        // Whoever speaks into this computer must not hear it come back.
        return (this.speaking ? access.clean_feed : null) ?? access.program;
      },
      (program) => this.set({ program }),
      (stream) => this.set({ stream }),
    );
    // Whoever closes the page leaves the place free at once.
    globalThis.addEventListener('pagehide', this.leave);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): Links => this.state;

  /** @throws Refusal when the server does not let this person host. */
  async prepare(): Promise<HostAccess> {
    return this.links(true);
  }

  /** Shows the program; without this computer's own sound if the host `speaks` into it. */
  watch(speaks: boolean): void {
    const other = speaks !== this.speaking;
    this.speaking = speaks;
    if (other) this.player.keeper.restart();
    this.player.keeper.start();
  }

  private readonly leave = (): void => {
    this.publisher.keeper.stop();
    this.player.keeper.stop();
  };

  stop(): void {
    globalThis.removeEventListener('pagehide', this.leave);
    this.leave();
    this.set({ stream: null });
  }

  // Both sessions may ask at once after a restart of the server; each gets good tokens either way.
  private links(renew: boolean): Promise<HostAccess> {
    if (renew || this.access === null) {
      const asked = hostAccess(this.meetingId);
      this.access = asked;
      asked.catch(() => {
        if (this.access === asked) this.access = null;
      });
    }
    return this.access;
  }

  private set(change: Partial<Links>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** Why this page does not send, in words. */
export function overWords({ why, words }: Over): string {
  switch (why) {
    case 'replaced':
      return '已在另一处主持';
    case 'taken':
      return '这场会正在另一处主持';
    case 'revoked':
      return '您已不能主持这场会';
    case 'ended':
      return '会议已经结束';
    case 'refused':
      return words?.replace(/。$/, '') ?? '服务器没有接收您的画面';
  }
}

/** How the line is, for the person in front of it. `left`: why this page sends no longer. */
export function lineWords(
  { publish, program }: Links,
  hosting: boolean,
  left: Over | null = null,
): [string, boolean] {
  const over = publish.kind === 'over' ? publish : left;
  if (over !== null) return [overWords(over), false];
  if (program.kind === 'over') return [programWords(program), false];
  const bad = (connection: Connection) =>
    connection.kind === 'waiting' || (connection.kind === 'connecting' && connection.attempt > 0);
  if (hosting && bad(publish)) return ['发送中断，正在重新连接', false];
  if (bad(program)) return ['节目画面中断，正在重新连接', false];
  if (hosting && publish.kind === 'connecting') return ['正在连接', true];
  return ['网络正常', true];
}

/** Why there is no program, in words. */
export function programWords({ why, words }: Over): string {
  if (why === 'ended') return '会议已经结束';
  if (why === 'revoked') return '您已不能观看这场会';
  return words?.replace(/。$/, '') ?? '服务器没有送来节目画面';
}
