import { describe, expect, it } from 'vitest';

import type {
  PendingEnrolment,
  RequestLine,
  RollCall,
  StaffBulletin,
  Stage,
  StaffMeeting,
  StaffNotice,
  SubmissionLine,
  Terminal,
} from '../../api/types';
import { DAY, HOUR, MINUTE } from '../../words/time';
import type { Facts } from './lines';
import { lines } from './lines';

/** 2026-11-26 09:24 in China. */
const NOW = Date.UTC(2026, 10, 26, 1, 24);
const TOWN = { id: 'town', name: '清河镇' };

const NOTHING: Facts = {
  live: [],
  meetings: [],
  stages: new Map(),
  rollCalls: [],
  services: undefined,
  suggestions: undefined,
  handedIn: undefined,
  submissions: undefined,
  returned: undefined,
  waiting: [],
  televisions: undefined,
  notices: undefined,
  ended: [],
  directs: () => true,
};

function meeting(id: string, change: Partial<StaffMeeting['meeting']> = {}): StaffMeeting {
  return {
    meeting: {
      id,
      meeting_kind: 'conference',
      state: 'scheduled',
      title: `会议${id}`,
      organization: TOWN,
      starts_at_ms: NOW,
      planned_ms: HOUR,
      ...change,
    },
    audience: TOWN,
    audience_code: 'QH',
    organization_code: 'QH',
    record: false,
    recording_list: '',
    recording: 'none',
    hold_recording: false,
    version: 1,
    created_by: 'wangxm',
    updated_at_ms: 0,
  };
}

function request(id: string, due_at_ms: number | null): RequestLine {
  return {
    id,
    number: id,
    category: '咨询',
    kind: 'service',
    summary: '自来水停水',
    asker: '孟**',
    household: '望河村3号',
    office: { id: 'water', name: '水利站' },
    level: 'village',
    state: 'assigned',
    received_at_ms: NOW - DAY,
    due_at_ms,
  };
}
const work = (items: RequestLine[], overdue = 0) => ({
  items,
  counts: { to_do: items.length, overdue, waiting: 0, ended: 0, to_call: 0 },
});

const tv = (id: string, kind: Terminal['kind'], silent: number | null): Terminal => ({
  id,
  kind,
  name: id,
  organization: { id, name: `${id}村` },
  enrolled_at_ms: 0,
  seen_at_ms: silent === null ? null : NOW - silent,
  version: 1,
});

const rollCall: RollCall = {
  id: 'r',
  title: '例会',
  organization: TOWN,
  occasion: 'meeting',
  state: 'open',
  statuses: [],
  presence_code: false,
  rounds: [{ number: 1, opens_at_ms: NOW - MINUTE, late_at_ms: NOW, closes_at_ms: NOW + 336_000 }],
  created_by: 'wangxm',
  counts: {
    eligible: 83,
    exempt: 2,
    present: 62,
    late: 0,
    leave: 3,
    to_verify: 0,
    missing: 16,
    guests: 0,
  },
};

const handedIn = (id: string, at: number): StaffBulletin => ({
  id,
  state: 'submitted',
  version: 1,
  updated_at_ms: at,
  updated_by: 'qiansy',
  confirmed: {},
  numbers: [],
  draft: {
    list: 'notices',
    organization_code: 'QH',
    audience_code: 'QH',
    title: `公示${id}`,
    summary: '',
    body: [],
  },
});

const notice: StaffNotice = {
  id: 'n',
  kind: 'pin_locked',
  subject: 'member:1',
  organization: TOWN,
  detail: '密码锁定',
  at_ms: NOW - HOUR,
};

const box: PendingEnrolment = {
  user_code: '4827-1639',
  hardware: 'box',
  requested_at_ms: NOW - 8 * MINUTE,
};

const titles = (facts: Partial<Facts>) =>
  lines({ ...NOTHING, ...facts }, NOW).map(({ title }) => title);
const first = (facts: Partial<Facts>) => lines({ ...NOTHING, ...facts }, NOW)[0];

it('says nothing when there is nothing', () => expect(titles({})).toEqual([]));

it('goes by urgency: live, late, soon, waiting, silent, the rest', () => {
  expect(
    titles({
      live: [meeting('a', { state: 'live', started_at_ms: NOW - 187_000 })],
      meetings: [meeting('b', { starts_at_ms: NOW + 10 * MINUTE })],
      rollCalls: [rollCall],
      services: work(
        [request('1', NOW - HOUR), request('2', NOW + HOUR), request('3', NOW + 2 * DAY)],
        1,
      ),
      suggestions: work([request('4', NOW - MINUTE)], 1),
      handedIn: { items: [handedIn('x', NOW - HOUR)], more: false },
      waiting: [box],
      televisions: { items: [tv('芦花', 'station', 3 * DAY)], whole: true },
      notices: { items: [notice], more: false },
    }),
  ).toEqual([
    '正在直播',
    '点名签到正在进行',
    '一键服务超时',
    '意见建议超时',
    '马上要开的会',
    '一键服务 1 件快到时间',
    '等您审核的发布 1 条',
    '1 台新电视等登记',
    '1 台电视一天以上没有消息',
    '1 条提醒没有看',
    '一键服务 1 件要办',
  ]);
});

describe('what is live', () => {
  const live = [meeting('a', { state: 'live', started_at_ms: NOW - 187_000 })];

  it('leads whoever directs to the host, others to the meeting', () => {
    expect(first({ live })).toMatchObject({
      name: '会议a',
      clock: '已开 03:07',
      button: '进主持台',
      to: '/meetings/a/live',
    });
    expect(first({ live, directs: () => false })).toMatchObject({
      button: '看会议',
      to: '/meetings?open=a',
    });
  });

  it('counts hands of those who do not speak yet', () => {
    const station = (id: string, hand: number | null, called = false) => ({
      terminal_id: id,
      name: id,
      organization: TOWN,
      present: true,
      hand_raised_at_ms: hand,
      called,
      on_air: false,
      muted: false,
      can_speak: true,
      source: 'live' as const,
    });
    const stage = {
      meeting_id: 'a',
      homes_watching: 1118,
      stations: [
        station('1', NOW - 160_000),
        station('2', NOW - 20_000),
        station('3', NOW, true),
        station('4', null),
      ],
    } as unknown as Stage;
    expect(first({ live, stages: new Map([['a', stage]]) })).toMatchObject({
      clock: '2 个站点举手',
      beside: '最久等了 3 分钟',
      note: '主会场：清河镇，站点 4/4 个在线，1118 户在看',
    });
  });

  it('says how long a roll call is open', () => {
    expect(first({ rollCalls: [rollCall] })).toMatchObject({
      note: '应到 81 人，已签到 62 人，还没签到 16 人，请假 3 人',
      clock: '还剩 05:36',
      beside: '09:29 结束',
      to: '/roll-calls/r',
    });
  });

  it('reminds of a meeting half an hour before, and when its time has passed', () => {
    const at = (starts_at_ms: number) => ({ meetings: [meeting('b', { starts_at_ms })] });
    expect(titles(at(NOW + 31 * MINUTE))).toEqual([]);
    expect(first(at(NOW + 30 * MINUTE))).toMatchObject({ clock: '还有 30 分钟', button: '去准备' });
    expect(first(at(NOW - 5 * MINUTE))).toMatchObject({
      title: '到时间还没开的会',
      clock: '过了 5 分钟',
    });
    expect(titles({ ...at(NOW), directs: () => false })).toEqual([]);
    // It has begun, and the other list does not know yet.
    expect(titles({ ...at(NOW), live: [meeting('b', { state: 'live' })] })).toEqual(['正在直播']);
  });
});

describe('what is asked', () => {
  it('opens the one that is late, or the list of several', () => {
    expect(first({ services: work([request('1', NOW - 72 * MINUTE)], 1) })).toMatchObject({
      title: '一键服务超时',
      note: '咨询 · 望河村3号 孟** 自来水停水',
      clock: '超时 1 小时 12 分钟',
      to: '/services?open=1',
    });
    const two = work([request('1', NOW - 2), request('2', NOW - 1)], 2);
    expect(first({ services: two })).toMatchObject({ title: '一键服务超时 2 件', to: '/services' });
    expect(first({ suggestions: two })).toMatchObject({ to: '/services/suggestions' });
  });

  it('believes the server how many are late when the list is longer than its first page', () => {
    expect(titles({ services: work([request('1', NOW - 1)], 340) })).toEqual([
      '一键服务超时 340 件',
    ]);
  });

  it('takes what is due this minute for late, and in three hours for soon', () => {
    expect(titles({ services: work([request('1', NOW)], 1) })).toEqual(['一键服务超时']);
    expect(titles({ services: work([request('1', NOW + 3 * HOUR)]) })).toEqual([
      '一键服务 1 件快到时间',
    ]);
    expect(titles({ services: work([request('1', NOW + 3 * HOUR + 1)]) })).toEqual([
      '一键服务 1 件要办',
    ]);
    expect(titles({ services: work([request('1', null)]) })).toEqual(['一键服务 1 件要办']);
  });
});

describe('what waits for approval', () => {
  it('names the bulletin that waits longest', () => {
    const items = [handedIn('new', NOW - HOUR), handedIn('old', NOW - 16 * HOUR)];
    expect(first({ handedIn: { items, more: false } })).toMatchObject({
      title: '等您审核的发布 2 条',
      note: '《公示old》，qiansy 昨天提交',
      clock: '等了 16 小时',
    });
    expect(titles({ handedIn: { items, more: true } })).toEqual(['等您审核的发布 2+ 条']);
  });

  it('counts what villages sent, and what they have to change', () => {
    const one: SubmissionLine = {
      id: 's',
      state: 'waiting',
      source: 'phone',
      organization: { id: 'zj', name: '张家村' },
      title: '路修好了',
      sender: '',
      pictures: 0,
      film: false,
      published: false,
      sent_at_ms: NOW - HOUR,
    };
    const page = { items: [one], waiting: 7, returned: 2 };
    expect(first({ submissions: page })).toMatchObject({
      title: '有新投稿 7 篇',
      note: '张家村：《路修好了》',
      to: '/publish/submissions?state=waiting',
    });
    expect(first({ returned: page })).toMatchObject({
      title: '投稿退回 2 篇，改好可以再送',
      to: '/publish/submissions?state=returned',
    });
    expect(titles({ submissions: { ...page, items: [] } })).toEqual([]);
  });

  it('shows codes as the televisions do', () => {
    expect(first({ waiting: [box] })).toMatchObject({
      note: '登记码 4827 1639 正显示在电视上',
      clock: '等了 8 分钟',
    });
  });
});

describe('televisions', () => {
  const silent = (items: Terminal[]) => titles({ televisions: { items, whole: true } });

  it('that are off for a night, or never came, did not fall silent', () => {
    expect(silent([tv('a', 'household', DAY), tv('b', 'station', null)])).toEqual([]);
    expect(silent([tv('a', 'household', DAY + 1)])).toEqual(['1 台电视一天以上没有消息']);
  });

  it('of stations are named and weigh more', () => {
    const items = [tv('户', 'household', 4 * DAY), tv('芦花', 'station', 3 * DAY)];
    expect(first({ televisions: { items, whole: false } })).toMatchObject({
      tone: 'amber',
      note: '站点 1 台：芦花村；户和标牌 1 台',
      clock: '最久 4 天',
      beside: '还有更多电视没有算',
    });
    expect(
      first({ televisions: { items: [tv('户', 'household', 4 * DAY)], whole: true } }),
    ).toMatchObject({ tone: 'plain' });
  });
});

it('reports a recording that failed within a week', () => {
  const failed = (ago: number): Partial<Facts> => ({
    ended: [
      { ...meeting('e', { state: 'ended', ended_at_ms: NOW - ago }), recording: 'failed' as const },
    ],
  });
  expect(first(failed(DAY))).toMatchObject({ clock: '昨天', to: '/meetings?part=ended&open=e' });
  expect(titles(failed(8 * DAY))).toEqual([]);
});
