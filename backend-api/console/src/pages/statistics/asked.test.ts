import { describe, expect, it } from 'vitest';

import type {
  Organization,
  RollCall,
  StaffBulletin,
  StaffEvaluation,
  StaffMeeting,
} from '../../api/types';
import { DAY, HOUR } from '../../words/time';
import type { Ask } from './asked';
import { again, askedOf, asksIn } from './asked';

const at = (text: string) => new Date(`${text}+08:00`).getTime();
const FROM = at('2026-11-01T00:00:00');
const UNTIL = at('2026-12-01T00:00:00');
const place = (id: string) => ({ id, name: id });

const meeting = (id: string, state: string, starts_at_ms: number) =>
  ({ meeting: { id, title: id, state, starts_at_ms }, audience: place('town') }) as StaffMeeting;
const rollCall = (id: string, more: Partial<RollCall>) =>
  ({
    id,
    title: id,
    state: 'closed',
    organization: place('town'),
    opened_at_ms: FROM,
    rounds: [],
    ...more,
  }) as unknown as RollCall;
const evaluation = (id: string, state: string) =>
  ({
    evaluation: {
      id,
      title: id,
      state,
      evaluation_kind: 'questionnaire',
      opens_at_ms: FROM + DAY,
      organization: place('town'),
    },
  }) as StaffEvaluation;

const bulletin = (id: string, urgent: boolean, published_at_ms: number | null) =>
  ({ id, published_at_ms, draft: { title: id, urgent, audience_code: 'TOWN' } }) as StaffBulletin;
const PLACES = new Map([['TOWN', place('town')]]);
const NOTHING = { meetings: [], rollCalls: [], evaluations: [], bulletins: [], places: PLACES };

describe('what was asked', () => {
  it('has what came over every screen, and nothing else that was published', () => {
    const bulletins = [
      bulletin('洪水', true, FROM + HOUR),
      bulletin('公示', false, FROM + HOUR),
      bulletin('没发的', true, null),
      bulletin('上个月的', true, FROM - 1),
    ];
    const asks = asksIn({ ...NOTHING, bulletins }, FROM, UNTIL);
    expect(asks.map(({ words, title, organization }) => [words, title, organization.id])).toEqual([
      ['紧急插播', '洪水', 'town'],
    ]);
  });

  it('is what began in the month and was not cancelled', () => {
    const asks = asksIn(
      {
        ...NOTHING,
        meetings: [
          meeting('会', 'ended', FROM + 2 * DAY),
          meeting('取消的会', 'cancelled', FROM),
          meeting('下个月的会', 'scheduled', UNTIL),
        ],
        rollCalls: [
          rollCall('点名', {}),
          rollCall('取消的点名', { state: 'cancelled' }),
          rollCall('排好的', {
            state: 'scheduled',
            opened_at_ms: null,
            rounds: [{ number: 1, opens_at_ms: UNTIL - 1, late_at_ms: 0, closes_at_ms: 0 }],
          }),
        ],
        evaluations: [evaluation('问卷', 'open'), evaluation('草稿', 'draft')],
      },
      FROM,
      UNTIL,
    );
    expect(asks.map(({ title, words }) => `${words} ${title}`)).toEqual([
      '点名 点名',
      '问卷 问卷',
      '会议 会',
      '点名 排好的',
    ]);
  });

  it('counts signing in to a meeting as a part of the meeting', () => {
    const rollCalls = [
      rollCall('签到', { meeting_id: '会' }),
      rollCall('别的', { meeting_id: 'x' }),
    ];
    const asks = asksIn(
      { ...NOTHING, meetings: [meeting('会', 'ended', FROM)], rollCalls },
      FROM,
      UNTIL,
    );
    expect(asks.map(({ title }) => title)).toEqual(['会', '别的']);
  });
});

const ask = (id: string, more: Partial<Ask> = {}): Ask => ({
  id,
  kind: 'meeting',
  words: '会议',
  title: id,
  at_ms: FROM,
  organization: place('town'),
  to: null,
  ...more,
});

describe('twice', () => {
  it('is the same title again, however it is written; the first one is not', () => {
    const asks = [
      ask('1', { title: '主题党日' }),
      ask('2', { title: '《主题 党日》', at_ms: FROM + DAY }),
      ask('3', { title: '主题党日', kind: 'evaluation' }),
      ask('4', { title: '第二次主题党日' }),
    ];
    expect([...again(asks)]).toEqual(['2']);
  });

  it('is a second roll call on one day in China', () => {
    const of = (id: string, at_ms: number) => ask(id, { kind: 'roll_call', at_ms });
    expect([...again([of('1', FROM), of('2', FROM + 23 * HOUR), of('3', FROM + DAY)])]).toEqual([
      '2',
    ]);
  });
});

it('asks everybody below whom it is for, and from above everybody', () => {
  const organization = (id: string, parent_id: string): Organization => ({
    ...place(id),
    parent_id,
    code: id,
    kind: 'village',
  });
  const known = [
    organization('town', 'county'),
    organization('east', 'town'),
    organization('west', 'town'),
    organization('branch', 'east'),
  ];
  const asks = [
    ask('all', { organization: place('town') }),
    ask('east only', { organization: place('east') }),
    ask('from above', { organization: place('county') }),
  ];
  const rows = known.filter(({ id }) => id !== 'town');
  expect(
    askedOf(rows, asks, known).map((one) => [one.organization.id, one.asks.map(({ id }) => id)]),
  ).toEqual([
    ['east', ['all', 'east only', 'from above']],
    ['west', ['all', 'from above']],
    ['branch', ['all', 'east only', 'from above']],
  ]);
  const assigned = askedOf(rows, asks, known, new Map([['west', 3]]));
  expect(assigned.map(({ requests }) => requests)).toEqual([0, 3, 0]);
});
