import { describe, expect, it } from 'vitest';

import type { Attendance, AttendanceState, RollCall } from '../../api/types';
import { inRegister, registerOf } from '../../kit/register';
import { DAY, HOUR, MINUTE } from '../../words/time';
import {
  besideName,
  counted,
  formula,
  grouped,
  methods,
  openRound,
  sum,
  usualCorrection,
  whyNoSpotCheck,
  windowWords,
} from './rules';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const OPENED = at('2026-11-26T09:18:00');
const COUNTS = {
  eligible: 83,
  exempt: 2,
  present: 74,
  late: 1,
  leave: 3,
  to_verify: 0,
  missing: 4,
  guests: 1,
  rate_bp: 9136,
};

const organization = (code: string) => ({
  id: `id of ${code}`,
  code,
  name: code,
  kind: 'village' as const,
  parent_id: null,
});
const REGISTER = registerOf([organization('QH-02'), organization('QH-01'), organization('QH-10')]);

const line = (name: string, code: string, more: Partial<Attendance> = {}): Attendance => ({
  member: { id: name, name },
  organization: { id: `id of ${code}`, name: code },
  state: 'missing',
  sign_ins: [],
  ...more,
});

const rollCall = (more: Partial<RollCall> = {}): RollCall => ({
  id: 'r',
  title: '例会',
  organization: { id: 'o', name: '清河镇' },
  occasion: 'meeting',
  state: 'open',
  statuses: ['full'],
  presence_code: false,
  rounds: [
    {
      number: 1,
      opens_at_ms: OPENED,
      late_at_ms: OPENED + 10 * MINUTE,
      closes_at_ms: OPENED + 17 * MINUTE,
    },
  ],
  opened_at_ms: OPENED,
  created_by: 'wang',
  counts: COUNTS,
  ...more,
});

describe('the rate', () => {
  it('is of those who count: the exempt do not', () => {
    expect(counted(COUNTS)).toBe(81);
    expect(formula(COUNTS)).toBe('出席率 = 74 ÷ 81');
  });

  it('of several branches is of their sums, and none of nobody', () => {
    expect(sum([{ counts: COUNTS }, { counts: { ...COUNTS, present: 81, missing: 0 } }])).toEqual({
      ...COUNTS,
      eligible: 166,
      exempt: 4,
      present: 155,
      late: 2,
      leave: 6,
      missing: 4,
      guests: 2,
      rate_bp: 9568,
    });
    expect(sum([]).rate_bp).toBeNull();
    expect(sum([{ counts: { ...COUNTS, eligible: 2, exempt: 2, present: 0 } }]).rate_bp).toBeNull();
  });
});

describe('the order', () => {
  it('is that of the register, not that of the rates', () => {
    const rows = ['QH-10', 'QH-99', 'QH-02', 'QH-01'].map((code) => ({
      organization: { id: `id of ${code}`, name: code },
    }));
    expect(inRegister(rows, REGISTER).map(({ organization: { name } }) => name)).toEqual([
      'QH-01',
      'QH-02',
      'QH-10',
      'QH-99',
    ]);
  });

  it('has those of one standing after the other, and of one branch as they were registered', () => {
    const lines = [
      line('葛', 'QH-02'),
      line('昌', 'QH-01'),
      line('杨', 'QH-01', { state: 'leave' }),
      line('艾', 'QH-02'),
    ];
    const groups = grouped(lines, ['to_verify', 'missing', 'leave'], REGISTER);
    expect(groups.map(({ state, lines: of }) => [state, of.map((one) => one.member.name)])).toEqual(
      [
        ['missing', ['昌', '葛', '艾']],
        ['leave', ['杨']],
      ],
    );
  });
});

it('counts by what people signed in; whom staff say was there had no sign-in', () => {
  const signed = (method: 'card' | 'remote') => ({
    state: 'present' as AttendanceState,
    sign_ins: [{ round: 1, state: 'present' as const, signed_at_ms: 0, received_at_ms: 0, method }],
  });
  const lines = [
    line('一', 'QH-01', signed('card')),
    line('二', 'QH-01', signed('card')),
    line('三', 'QH-01', { ...signed('remote'), state: 'late' }),
    line('四', 'QH-01', { state: 'present' }),
    line('五', 'QH-01', { ...signed('remote'), state: 'to_verify' }),
  ];
  expect(methods(lines)).toEqual([
    { method: 'card', count: 2 },
    { method: 'remote', count: 1 },
    { method: 'staff', count: 1 },
  ]);
});

it('says why somebody is not simply there', () => {
  expect(besideName(line('葛', 'QH-01', { state: 'leave', reason: '住院' }))).toBe('住院');
  const late = {
    round: 1,
    state: 'to_verify' as const,
    signed_at_ms: 0,
    received_at_ms: 0,
    method: 'remote' as const,
    verify: 'wrong_pin' as const,
  };
  expect(besideName(line('昌', 'QH-01', { state: 'to_verify', sign_ins: [late] }))).toContain(
    '密码不对',
  );
  // Once staff have judged it, it is their reason that counts.
  expect(
    besideName(line('昌', 'QH-01', { state: 'present', sign_ins: [late], reason: '人在会场' })),
  ).toBe('人在会场');
  expect(besideName(line('鲁', 'QH-01', { added_reason: '刚转来' }))).toContain('刚转来');
});

describe('a spot check', () => {
  const now = OPENED + 5 * MINUTE;
  const over = OPENED + 30 * MINUTE;
  const closed = rollCall({ state: 'closed', closed_at_ms: OPENED + 17 * MINUTE });

  it('waits for the round that is open', () => {
    expect(openRound(rollCall(), now)?.number).toBe(1);
    expect(openRound(rollCall(), over)).toBeNull();
    expect(whyNoSpotCheck(rollCall(), now)).toContain('这一轮还没结束');
    expect(whyNoSpotCheck(rollCall(), over)).toBeNull();
  });

  it('opens what was closed for a day at most', () => {
    expect(whyNoSpotCheck(closed, over)).toBeNull();
    expect(whyNoSpotCheck(closed, OPENED + 17 * MINUTE + DAY)).toBeNull();
    expect(whyNoSpotCheck(closed, OPENED + 18 * MINUTE + DAY)).toContain('超过一天');
  });

  it('is none of what did not open or was cancelled', () => {
    expect(whyNoSpotCheck(rollCall({ state: 'scheduled' }), now)).not.toBeNull();
    expect(whyNoSpotCheck(rollCall({ state: 'cancelled' }), now)).not.toBeNull();
  });
});

it('says when it was open, and in the time of China', () => {
  const now = OPENED + 3 * HOUR;
  const closed = rollCall({ state: 'closed', closed_at_ms: OPENED + 17 * MINUTE });
  expect(windowWords(closed, now)).toBe('今天 09:18–09:35');
  const long = rollCall({ state: 'closed', closed_at_ms: OPENED + DAY });
  expect(windowWords(long, now)).toBe('今天 09:18–明天 09:18');
});

it('suggests what is most often meant', () => {
  expect(usualCorrection('missing')).toBe('present');
  expect(usualCorrection('to_verify')).toBe('present');
  expect(usualCorrection('leave')).toBe('present');
  expect(usualCorrection('late')).toBe('missing');
});
