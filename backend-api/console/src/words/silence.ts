/** Why a TV is silent, in words. Pure. */
import type { Terminal, TerminalKind, TerminalStorage } from '../api/types';
import type { Tone } from '../kit/tag/tag';
import { DAY, HOUR, MINUTE } from './time';

export const TERMINAL_KIND: Record<TerminalKind, string> = {
  household: '户',
  station: '站点',
  signage: '标牌',
};

/** What each is, for whoever chooses. */
export const TERMINAL_KIND_IS: Record<TerminalKind, string> = {
  household: '户（家里）',
  station: '站点（会议室）',
  signage: '标牌（没有遥控器）',
};

/** A TV asks every minute, and that is written down to the minute. */
export const LATE_MS = 3 * MINUTE;

export type Presence = 'online' | 'offline' | 'never' | 'revoked';

export function presence(terminal: Terminal, now: number): Presence {
  if ((terminal.revoked_at_ms ?? null) !== null) return 'revoked';
  const seen = terminal.seen_at_ms ?? null;
  if (seen === null) return 'never';
  return now - seen <= LATE_MS ? 'online' : 'offline';
}

/** `5 分钟`, `3 小时`, `3 天`: how long, in the largest unit. */
function since(ms: number): string {
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} 分钟`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} 小时`;
  return `${Math.floor(ms / DAY)} 天`;
}

/** `在线`, `离线 3 天`, `从未连上`, `已停用`. */
export function silence(terminal: Terminal, now: number): string {
  switch (presence(terminal, now)) {
    case 'revoked':
      return '已停用';
    case 'never':
      return '从未连上';
    case 'online':
      return '在线';
    case 'offline':
      return `离线 ${since(now - (terminal.seen_at_ms ?? now))}`;
  }
}

export const PRESENCE_TONE: Record<Presence, Tone> = {
  online: 'done',
  offline: 'due',
  never: 'waiting',
  revoked: 'off',
};

/** Where a TV keeps things when that is not its disk, in a word. */
export const STORAGE_FAULT: Record<Exclude<TerminalStorage, 'disk'>, string> = {
  outbox: '内容存不下',
  nothing: '什么都存不下',
};

/** What a TV said of its storage; `null`: it keeps things, or has not said. */
export function storageFault({ storage }: Terminal): keyof typeof STORAGE_FAULT | null {
  return storage === 'outbox' || storage === 'nothing' ? storage : null;
}

const STORAGE_ADVICE: Record<keyof typeof STORAGE_FAULT, string> = {
  outbox:
    '存储卡满了或坏了：断电以后内容要重新下载，签到、投票还存得下。请检查存储卡，必要时更换。',
  nothing:
    '存储卡满了或坏了：断电以后，没有送出的签到、投票会丢。请尽快更换存储卡，换好以前不要断电。',
};

/** Why it is silent, as far as can be told from here, and what to do about it; `null`: it is not. */
function silentBecause(terminal: Terminal, now: number): string | null {
  switch (presence(terminal, now)) {
    case 'online':
      return null;
    case 'never':
      return '登记以后一次也没有联系过服务器，多半是网络没有接好。请到电视前看看网络，关掉再打开一次。';
    case 'revoked':
      return '这台电视不能再用了。要再用，请在电视上重新登记。';
    case 'offline':
      break;
  }
  const silent = now - (terminal.seen_at_ms ?? now);
  // A box whose storage fails may not come up again.
  if (storageFault(terminal) !== null)
    return '断开以前说过存储有问题，断电以后可能开不起来。请去看看，带上新的存储卡。';
  if (silent < HOUR) return '刚断开不久：可能在重新启动，或者网络断了一会儿。先等一等。';
  if (silent < 3 * DAY)
    return '多半是关了电视、停电或断网，重新连上会自己恢复。需要它时请打电话问问。';
  return '好几天没有联系了：电源没插、网线松了、欠费停网，或者电视搬走了。请去看看网线和电源。';
}

/** What is wrong with a TV and what to do about it; `null`: nothing is. */
export function advice(terminal: Terminal, now: number): string | null {
  const because = silentBecause(terminal, now);
  if (because !== null) return because;
  const fault = storageFault(terminal);
  return fault === null ? null : STORAGE_ADVICE[fault];
}
