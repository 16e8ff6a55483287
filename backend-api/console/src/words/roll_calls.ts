import type {
  AttendanceState,
  Occasion,
  RollCallState,
  SignInMethod,
  VerifyReason,
} from '../api/types';
import type { Tone } from '../kit/tag/tag';

export const ROLL_CALL_STATE: Record<RollCallState, string> = {
  scheduled: '没开始',
  open: '正在签到',
  closed: '签到已结束',
  cancelled: '已取消',
};

export const ROLL_CALL_TONE: Record<RollCallState, Tone> = {
  scheduled: 'waiting',
  open: 'due',
  closed: 'done',
  cancelled: 'off',
};

export const OCCASION: Record<Occasion, string> = {
  meeting: '会议',
  activity: '组织生活、主题党日',
  study: '集中学习',
};

export const ATTENDANCE: Record<AttendanceState, string> = {
  missing: '未签到',
  present: '已签到',
  late: '迟到',
  leave: '请假',
  exempt: '免点名',
  to_verify: '待核实',
  guest: '来宾',
};

export const METHOD: Record<SignInMethod, string> = {
  card: '站点刷卡',
  remote: '电视遥控器',
  staff: '工作人员补签',
};

export const VERIFY: Record<VerifyReason, string> = {
  clock_unknown: '断网时签的，那台电视当时不知道时间',
  too_old: '签到结束三天以后才送来',
  wrong_pin: '断网时签的，密码不对',
  pin_locked: '断网时签的，密码那时已锁定',
  wrong_presence_code: '签到码不是那时候的',
  was_online: '结束以后才送来，那台电视中间联过网',
};

/** A state as the log spells it. */
export const SPELLED: Record<string, AttendanceState> = {
  Missing: 'missing',
  Present: 'present',
  Late: 'late',
  Leave: 'leave',
  Exempt: 'exempt',
};

/** What a line of the log says of a correction: `roll_call:ID Leave: 家里办丧事`. */
export function corrected(detail: string): { state: AttendanceState; reason: string } | null {
  const found = /^roll_call:\S+ (\w+): (.*)$/s.exec(detail);
  const state = SPELLED[found?.[1] ?? ''];
  return state === undefined ? null : { state, reason: found?.[2] ?? '' };
}
