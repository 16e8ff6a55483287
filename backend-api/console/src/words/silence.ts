/** Why a TV is silent, in words. Pure. */
import type { Terminal, TerminalKind } from '../api/types';
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
const LATE_MS = 3 * MINUTE;

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

/** What to do about it; `null`: nothing. */
export function advice(terminal: Terminal, now: number): string | null {
  switch (presence(terminal, now)) {
    case 'online':
      return null;
    case 'never':
      return '登记以后一次也没有联系过服务器。请到电视前看看网络，关掉再打开一次。';
    case 'revoked':
      return '这台电视不能再用了。要再用，请在电视上重新登记。';
    case 'offline':
      return '电视关着、停电或断网时就是这样，重新连上会自己恢复。几天都这样，请去看看网线和电源。';
  }
}
