import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { exchange } from './exchange';
import { Publisher } from './publisher';

vi.mock('./exchange', async (original) => ({ ...(await original()), exchange: vi.fn() }));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('RTCRtpSender', { getCapabilities: () => null });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

const track = (kind: string) => ({ kind }) as MediaStreamTrack;

/** A connection as far as tracks go. Closed, it takes none: so browsers do it. */
function connection() {
  const given: unknown[] = [];
  let open = true;
  const sender = () => ({
    getParameters: () => ({ encodings: [] }),
    setParameters: () => Promise.resolve(),
    replaceTrack: (next: MediaStreamTrack | null) => {
      if (!open) return Promise.reject(new DOMException('closed', 'InvalidStateError'));
      given.push(next);
      return Promise.resolve();
    },
  });
  const pc = Object.assign(new EventTarget(), {
    addTransceiver: (what: unknown) => {
      given.push(what);
      return { sender: sender() };
    },
    getTransceivers: () => [],
    getStats: () => Promise.resolve(new Map()),
  });
  const end = () => {
    open = false;
    return Promise.resolve('lost' as const);
  };
  return { pc: pc as unknown as RTCPeerConnection, given, end, close: () => (open = false) };
}

function publisher() {
  const made: ReturnType<typeof connection>[] = [];
  vi.mocked(exchange).mockImplementation((_link, prepare) => {
    const one = connection();
    made.push(one);
    prepare(one.pc);
    return Promise.resolve({ pc: one.pc, end: one.end });
  });
  const link = { protocol: 'whip' as const, url: '/live/whip/m/host', token: 't' };
  return {
    made,
    publisher: new Publisher(
      () => Promise.resolve(link),
      () => undefined,
    ),
  };
}

it('exchanges tracks while it sends', async () => {
  const { made, publisher: one } = publisher();
  one.keeper.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(made[0]?.given).toEqual(['video', 'audio']);
  const [video, audio] = [track('video'), track('audio')];
  await one.use({ video, audio });
  expect(made[0]?.given.slice(2)).toEqual([video, audio]);
  one.keeper.stop();
});

it('takes another track when the session was lost: the next one is opened with it', async () => {
  const { made, publisher: one } = publisher();
  one.keeper.start();
  await vi.advanceTimersByTimeAsync(100);
  one.keeper.restart();
  expect(made.length).toBe(1);
  const [video, audio] = [track('video'), track('audio')];
  await one.use({ video, audio });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(made[1]?.given).toEqual([video, audio]);
  one.keeper.stop();
});

it('opens another session when the one there is does not take a track', async () => {
  const { made, publisher: one } = publisher();
  one.keeper.start();
  await vi.advanceTimersByTimeAsync(100);
  made[0]?.close();
  const [video, audio] = [track('video'), track('audio')];
  await one.use({ video, audio });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(made.length).toBe(2);
  expect(made[1]?.given).toEqual([video, audio]);
  one.keeper.stop();
});
