import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { closeLook, openLook } from '../../api/duty';
import { Refusal } from '../../api/refusal';
import type { DutyRoom, LookAccess } from '../../api/types';
import { Looking } from './looking';

vi.mock('../../api/duty', () => ({ openLook: vi.fn(), closeLook: vi.fn() }));
const picture = vi.hoisted(() => ({ start: vi.fn(), stop: vi.fn() }));
vi.mock('../../media/player', () => ({
  Player: class {
    readonly keeper = picture;
  },
}));

const ROOM: DutyRoom = {
  id: 'r',
  title: '值班室',
  organization: { id: 'o', name: '石桥村' },
  source: 'camera',
  looking: 0,
  version: 1,
};
const ACCESS = { look: { id: 'l', opened_at_ms: 5 } } as LookAccess;

/** The page, as far as it goes away. */
let page: EventTarget;

beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.mocked(openLook).mockResolvedValue(ACCESS);
  vi.mocked(closeLook).mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

async function opened() {
  const changed = vi.fn();
  const looking = new Looking(ROOM, changed);
  await vi.waitFor(() => expect(looking.snapshot().phase).toBe('open'));
  return { looking, changed };
}

it('ends on the server, once', async () => {
  const { looking, changed } = await opened();
  expect(picture.start).toHaveBeenCalledTimes(1);
  await Promise.all([looking.end(), looking.end()]);
  expect(looking.snapshot().phase).toBe('over');
  expect(picture.stop).toHaveBeenCalledTimes(1);
  expect(vi.mocked(closeLook).mock.calls).toEqual([['l']]);
  expect(changed).toHaveBeenCalledTimes(2);
});

it('that is left while it opens is closed as soon as it is known', async () => {
  let answer: (access: LookAccess) => void = () => undefined;
  vi.mocked(openLook).mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const looking = new Looking(ROOM, () => undefined);
  await looking.end();
  expect(closeLook).not.toHaveBeenCalled();
  answer(ACCESS);
  await vi.waitFor(() => expect(closeLook).toHaveBeenCalledWith('l'));
  expect(picture.start).not.toHaveBeenCalled();
  expect(looking.snapshot().phase).toBe('over');
});

it('does not seem to go on when the page comes back as it was left', async () => {
  const { looking } = await opened();
  page.dispatchEvent(new Event('pagehide'));
  expect(picture.stop).toHaveBeenCalledTimes(1);
  expect(looking.snapshot().phase).toBe('over');
});

it('that is refused says why', async () => {
  vi.mocked(openLook).mockRejectedValue(new Refusal(409, 'conflict', '那台电视不在线。'));
  const looking = new Looking(ROOM, () => undefined);
  await vi.waitFor(() => expect(looking.snapshot().phase).toBe('refused'));
  expect(looking.snapshot().trouble).toBe('那台电视不在线。');
});
