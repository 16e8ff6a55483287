/** What may be done to a roll call, and how those it called stand. Pure. */
import type {
  Attendance,
  AttendanceState,
  Counts,
  OrganizationCounts,
  RollCall,
  SignInMethod,
} from '../../api/types';
import { inRegister } from '../../kit/register';
import { VERIFY } from '../../words/roll_calls';
import { clock, day, DAY, moment } from '../../words/time';

/** Those who count: called and not exempt. */
export function counted({ eligible, exempt }: Counts): number {
  return eligible - exempt;
}

/** `出席率 = 74 ÷ 81`: present of those who count. */
export function formula(counts: Counts): string {
  return `出席率 = ${counts.present} ÷ ${counted(counts)}`;
}

export interface Group {
  state: AttendanceState;
  lines: Attendance[];
}

/** Those of one standing after the other, each in the order of the register. Empty ones are left out. */
export function grouped(
  lines: readonly Attendance[],
  states: readonly AttendanceState[],
  register: ReadonlyMap<string, number>,
): Group[] {
  return states
    .map((state) => ({
      state,
      lines: inRegister(
        lines.filter((line) => line.state === state),
        register,
      ),
    }))
    .filter((group) => group.lines.length > 0);
}

/** By what those who are there signed in, in a fixed order. Whoever staff say was there has no sign-in. */
export function methods(lines: readonly Attendance[]): { method: SignInMethod; count: number }[] {
  const order: readonly SignInMethod[] = ['card', 'remote', 'staff'];
  const there = lines.filter(({ state }) => state === 'present' || state === 'late');
  const how = there.map(({ sign_ins }) => sign_ins[0]?.method ?? 'staff');
  return order.map((method) => ({ method, count: how.filter((one) => one === method).length }));
}

/** What is to be said of somebody who is not simply there. */
export function besideName(line: Attendance): string {
  const verify = line.sign_ins.find((one) => one.verify != null)?.verify;
  const words = [
    line.reason ?? '',
    line.state === 'to_verify' && verify != null ? VERIFY[verify] : '',
    line.added_reason == null ? '' : `开始后补进名单：${line.added_reason}`,
  ];
  return words.filter((one) => one !== '').join('；');
}

/** When somebody signed in, and until when if it took more than one round. */
export function signedWords(line: Attendance): string {
  const times = line.sign_ins.map(({ signed_at_ms }) => clock(signed_at_ms));
  return times.length === 0 ? '—' : times.join('、');
}

/** Since when it is open, or was: `11月26日 09:18–09:35`. */
export function windowWords(one: RollCall, now: number): string {
  const [first] = one.rounds;
  const last = one.rounds[one.rounds.length - 1];
  const from = one.opened_at_ms ?? first?.opens_at_ms;
  if (from === undefined || last === undefined) return '—';
  const until =
    one.state === 'closed' ? (one.closed_at_ms ?? last.closes_at_ms) : last.closes_at_ms;
  const ends = day(from, from) === day(until, from) ? clock(until) : moment(until, now);
  return `${moment(from, now)}–${ends}`;
}

/** The round that is open now. */
export function openRound(one: RollCall, now: number) {
  if (one.state !== 'open') return null;
  return (
    one.rounds.find(({ opens_at_ms: from, closes_at_ms: to }) => from <= now && now < to) ?? null
  );
}

/** Why no spot check can be held now; `null`: it can. The server says the same. */
export function whyNoSpotCheck(one: RollCall, now: number): string | null {
  if (one.state === 'scheduled') return '还没开始点名。';
  if (one.state === 'cancelled') return '已经取消了。';
  if (openRound(one, now) !== null) return '这一轮还没结束，结束以后才能抽点。';
  const closed = one.closed_at_ms ?? 0;
  if (one.state === 'closed' && now - closed > DAY) return '结束超过一天，不能再抽点。';
  return null;
}

/** What a correction of somebody who stands so would most often be. */
export function usualCorrection(state: AttendanceState): AttendanceState {
  return state === 'present' || state === 'late' ? 'missing' : 'present';
}

/** How members may be said to stand; the server takes no other. */
export const CORRECTIONS: readonly AttendanceState[] = [
  'present',
  'late',
  'leave',
  'exempt',
  'missing',
];

/** Several branches' figures together. */
export function sum(rows: readonly Pick<OrganizationCounts, 'counts'>[]): Counts {
  const total = { eligible: 0, exempt: 0, present: 0, late: 0, leave: 0, to_verify: 0, missing: 0 };
  let guests = 0;
  for (const { counts } of rows) {
    total.eligible += counts.eligible;
    total.exempt += counts.exempt;
    total.present += counts.present;
    total.late += counts.late;
    total.leave += counts.leave;
    total.to_verify += counts.to_verify;
    total.missing += counts.missing;
    guests += counts.guests;
  }
  const of = total.eligible - total.exempt;
  return {
    ...total,
    guests,
    // In hundredths of a percent, rounded half up, as the server does.
    rate_bp: of > 0 ? Math.floor((total.present * 10_000 + of / 2) / of) : null,
  };
}
