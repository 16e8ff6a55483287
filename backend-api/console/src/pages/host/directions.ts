/** What the director asked for and the media have not done yet. Pure, with the time as a parameter. */
import type { Direction, Stage } from '../../api/types';

/** After so long without the effect, a sentence says so. */
export const LATE_MS = 5000;

export interface Wish {
  direction: Direction;
  sinceMs: number;
  /** What is wrong, if it takes too long or was refused. */
  trouble: string | null;
}

/** By the place on the screen a wish belongs to. */
export type Wishes = Readonly<Record<string, Wish>>;

/** Where a wish shows: one thing can only be asked for once at a time. */
export function placeOf(direction: Direction): string {
  switch (direction.command) {
    case 'call_on':
    case 'hand_back':
      return `speak:${direction.terminal_id}`;
    case 'lower_hand':
      return `hand:${direction.terminal_id}`;
    case 'mute':
      return `mute:${direction.terminal_id ?? 'host'}`;
    case 'layout':
      return 'layout';
    case 'presence_code':
      return 'code';
  }
}

/** Whether the stage shows what was asked for. */
export function isDone(direction: Direction, stage: Stage): boolean {
  const station = (id: string) => stage.stations.find(({ terminal_id }) => terminal_id === id);
  switch (direction.command) {
    case 'call_on':
      return station(direction.terminal_id)?.on_air === true;
    case 'hand_back': {
      const there = station(direction.terminal_id);
      return there === undefined || (!there.called && !there.on_air);
    }
    case 'lower_hand':
      return station(direction.terminal_id)?.hand_raised_at_ms == null;
    case 'mute':
      return direction.terminal_id == null
        ? stage.host_muted === direction.muted
        : station(direction.terminal_id)?.muted === direction.muted;
    case 'layout':
      return stage.layout === direction.layout;
    case 'presence_code':
      return (stage.presence_code != null) === (direction.roll_call_id != null);
  }
}

/** Why it may take so long, in words the director can act on. */
function late(direction: Direction, stage: Stage | null): string {
  if (stage === null) return '还没有收到服务器的消息，请检查网络。';
  const name = (id: string) =>
    stage.stations.find(({ terminal_id }) => terminal_id === id)?.name ?? '这个站点';
  switch (direction.command) {
    case 'call_on': {
      const station = stage.stations.find((one) => one.terminal_id === direction.terminal_id);
      if (station?.called) {
        return station.source === 'live'
          ? `${station.name}的画面到了，正在切上来，请稍等。`
          : `已经请${station.name}发言，画面还没到。画面一到会自动上屏，也可以先请别的站点。`;
      }
      return `${name(direction.terminal_id)}还没有回应，请再点一次。`;
    }
    case 'hand_back':
      return `${name(direction.terminal_id)}还没有退下来，请再点一次。`;
    case 'lower_hand':
      return `${name(direction.terminal_id)}的手还举着，请再点一次。`;
    case 'mute':
      return direction.terminal_id == null
        ? '主持人的声音还没有变，请再点一次。'
        : `${name(direction.terminal_id)}的声音还没有变，请再点一次。`;
    case 'layout':
      return '画面布局还没有变，请再点一次。';
    case 'presence_code':
      return direction.roll_call_id != null
        ? '签到码还没有出现在画面里，请再点一次。'
        : '签到码还在画面里，请再点一次。';
  }
}

export function asked(wishes: Wishes, direction: Direction, nowMs: number): Wishes {
  return { ...wishes, [placeOf(direction)]: { direction, sinceMs: nowMs, trouble: null } };
}

/** The server did not take it. */
export function refused(wishes: Wishes, direction: Direction, trouble: string): Wishes {
  const place = placeOf(direction);
  const wish = wishes[place];
  // Something newer was asked for at this place meanwhile.
  if (wish?.direction !== direction) return wishes;
  return { ...wishes, [place]: { ...wish, trouble } };
}

/** Without what the stage shows as done, and with a sentence where it takes too long. */
export function looked(wishes: Wishes, stage: Stage | null, nowMs: number): Wishes {
  let changed = false;
  const left: Record<string, Wish> = {};
  for (const [place, wish] of Object.entries(wishes)) {
    if (stage !== null && isDone(wish.direction, stage)) {
      changed = true;
    } else if (wish.trouble === null && nowMs - wish.sinceMs >= LATE_MS) {
      left[place] = { ...wish, trouble: late(wish.direction, stage) };
      changed = true;
    } else {
      left[place] = wish;
    }
  }
  return changed ? left : wishes;
}

/** The director has read it, or gives it up. */
export function dismissed(wishes: Wishes, place: string): Wishes {
  if (!(place in wishes)) return wishes;
  return Object.fromEntries(Object.entries(wishes).filter(([key]) => key !== place));
}

/** Whether something at this place is still expected to happen. */
export function isPending(wishes: Wishes, place: string): boolean {
  return wishes[place]?.trouble === null;
}
