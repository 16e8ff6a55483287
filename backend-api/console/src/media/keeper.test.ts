import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Refusal } from '../api/refusal';
import type { MediaLink } from '../api/types';
import type { Session, Why } from './exchange';
import { exchange, MediaRefusal, whyIn } from './exchange';
import type { Connection } from './keeper';
import { Keeper } from './keeper';

vi.mock('./exchange', async (original) => ({
  ...(await original()),
  exchange: vi.fn(),
}));

/** A server whose sessions end as a test wants. */
class Server {
  opened = 0;
  politely = 0;
  asked = 0;
  /** What the next offers are answered; a session where nothing is here. */
  refuses: Error[] = [];
  /** What whoever ends a session is told. */
  why: Why | null = 'lost';
  private readonly lost: (() => void)[] = [];

  constructor() {
    vi.mocked(exchange).mockImplementation((_link, _prepare, _signal, ifFree) => {
      this.opened += 1;
      this.politely += ifFree === true ? 1 : 0;
      const refusal = this.refuses.shift();
      return refusal === undefined ? Promise.resolve(this.session()) : Promise.reject(refusal);
    });
  }

  /** The connection of the newest session breaks. */
  break(): void {
    this.lost.at(-1)?.();
  }

  private session(): Session {
    const transport = new EventTarget() as RTCDtlsTransport & { state: string };
    transport.state = 'connected';
    this.lost.push(() => {
      transport.state = 'closed';
      transport.dispatchEvent(new Event('statechange'));
    });
    const pc = Object.assign(new EventTarget(), {
      connectionState: 'connected',
      getTransceivers: () => [{ sender: { transport }, receiver: { transport } }],
      getStats: () => Promise.resolve(new Map()),
    });
    return {
      pc: pc as unknown as RTCPeerConnection,
      end: () => {
        this.asked += 1;
        return Promise.resolve(this.why);
      },
    };
  }
}

const link: MediaLink = { protocol: 'whip', url: '/live/whip/m/host', token: 't' };

function keeper(
  direction: 'send' | 'receive' = 'send',
  access = (): Promise<MediaLink> => Promise.resolve(link),
) {
  const told: Connection[] = [];
  const made = new Keeper({
    direction,
    link: access,
    prepare: () => undefined,
    changed: (connection) => told.push(connection),
  });
  return { made, last: () => told.at(-1) };
}

describe('a session that is kept', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('removeEventListener', () => undefined);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  /** Longer than anything waits. */
  const aMinute = () => vi.advanceTimersByTimeAsync(60_000);

  it('is opened again when it was lost', async () => {
    const server = new Server();
    const { made } = keeper();
    made.start();
    await vi.advanceTimersByTimeAsync(100);
    expect(server.opened).toBe(1);
    server.break();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.asked).toBe(1);
    expect(server.opened).toBe(2);
    expect(server.politely).toBe(2);
    made.stop();
  });

  it.each(['replaced', 'revoked', 'ended'] as const)(
    'stays away when it was %s, until somebody wants it',
    async (why) => {
      const server = new Server();
      const { made, last } = keeper();
      made.start();
      await vi.advanceTimersByTimeAsync(100);
      server.why = why;
      server.break();
      await vi.advanceTimersByTimeAsync(100);
      expect(last()).toEqual({ kind: 'over', why, words: null });
      await aMinute();
      expect(server.opened).toBe(1);
      made.start(true);
      await vi.advanceTimersByTimeAsync(100);
      expect(server.opened).toBe(2);
      expect(server.politely).toBe(1);
      made.stop();
    },
  );

  it('is not opened before the server has said why the last one ended', async () => {
    const server = new Server();
    const { made, last } = keeper();
    made.start();
    await vi.advanceTimersByTimeAsync(100);
    server.why = null;
    server.break();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.opened).toBe(1);
    expect(last()?.kind).toBe('waiting');
    server.why = 'replaced';
    await vi.advanceTimersByTimeAsync(10_000);
    expect(last()).toMatchObject({ kind: 'over', why: 'replaced' });
    expect(server.opened).toBe(1);
  });

  it('is not forced on somebody who sends', async () => {
    const server = new Server();
    server.refuses = [new MediaRefusal(412)];
    const { made, last } = keeper();
    made.start();
    await aMinute();
    expect(last()).toMatchObject({ kind: 'over', why: 'taken' });
    expect(server.opened).toBe(1);
  });

  it('waits for its own ghost: an answer that was lost is a session that nobody knows', async () => {
    const server = new Server();
    server.refuses = [new MediaRefusal(0), new MediaRefusal(412), new MediaRefusal(412)];
    const { made, last } = keeper();
    made.start();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(server.opened).toBe(4);
    expect(last()?.kind).not.toBe('over');
    made.stop();
  });

  it('is given up after some refusals, with the words of the server', async () => {
    const server = new Server();
    server.refuses = Array.from({ length: 50 }, () => new MediaRefusal(401, '请先登录。'));
    const renewed: boolean[] = [];
    const { made, last } = keeper('receive', () => {
      renewed.push(true);
      return Promise.resolve(link);
    });
    made.start();
    await aMinute();
    await aMinute();
    expect(server.opened).toBe(3);
    expect(renewed).toHaveLength(3);
    expect(last()).toEqual({ kind: 'over', why: 'refused', words: '请先登录。' });
  });

  it('is given up at once where asking again is no use', async () => {
    for (const refused of [new MediaRefusal(409, '画面来自编码器。'), new MediaRefusal(400)]) {
      const server = new Server();
      server.refuses = [refused];
      const { made, last } = keeper();
      made.start();
      await aMinute();
      expect(server.opened).toBe(1);
      expect(last()).toEqual({ kind: 'over', why: 'refused', words: refused.words });
    }
    const server = new Server();
    const { made, last } = keeper('send', () =>
      Promise.reject(new Refusal(403, 'forbidden', '您不能主持。')),
    );
    made.start();
    await aMinute();
    expect(server.opened).toBe(0);
    expect(last()).toEqual({ kind: 'over', why: 'refused', words: '您不能主持。' });
  });

  it('is not fought for with an engine that does not say why it drops sessions', async () => {
    const server = new Server();
    server.why = 'unknown';
    const { made, last } = keeper();
    made.start();
    for (let second = 0; second < 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      server.break();
    }
    expect(server.opened).toBe(4);
    expect(last()).toMatchObject({ kind: 'over', why: 'refused' });
    // A server that was started again is another matter.
    made.start();
    await vi.advanceTimersByTimeAsync(100);
    server.break();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.opened).toBe(6);
    made.stop();
  });

  it('is tried for ever while only the network is gone', async () => {
    const server = new Server();
    server.refuses = Array.from({ length: 1_000 }, () => new MediaRefusal(0));
    const { made, last } = keeper();
    made.start();
    await aMinute();
    expect(server.opened).toBeGreaterThan(10);
    expect(last()?.kind).not.toBe('over');
    made.stop();
  });
});

describe('why a session ended', () => {
  it('is the code of the problem, and lost otherwise', () => {
    expect(whyIn({ code: 'session_replaced' })).toBe('replaced');
    expect(whyIn({ code: 'session_revoked' })).toBe('revoked');
    expect(whyIn({ code: 'session_ended' })).toBe('ended');
    for (const other of [{ code: 'session_lost' }, { code: 7 }, {}, null, 'gone']) {
      expect(whyIn(other)).toBe('lost');
    }
  });
});
