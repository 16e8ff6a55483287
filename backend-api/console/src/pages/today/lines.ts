/** What somebody should do now, in the order in which it is urgent. Pure. */
import type {
  PendingEnrolment,
  RequestCounts,
  RequestLine,
  RollCall,
  StaffBulletin,
  Stage,
  StaffMeeting,
  StaffNotice,
  SubmissionPage,
  Terminal,
} from '../../api/types';
import { clock, DAY, day, elapsed, length, MINUTE, moment } from '../../words/time';
import type { Line } from './line';
import { ago } from './line';
import { late, rest, soon } from './requests';

/** How many lines stand there at most. */
export const MOST = 8;
/** Whoever leads a meeting comes so long before it. */
const BEFORE_MEETING = 30 * MINUTE;
/** A television that was not heard of for so long is not only switched off for the night. */
export const SILENT = DAY;
/** What failed longer ago is known by now. */
const LATELY = 7 * DAY;

/** What the lines are made of. What is not known (yet), or not for whoever asks, is empty. */
export interface Facts {
  live: readonly StaffMeeting[];
  /** Of today; those that have not begun count. */
  meetings: readonly StaffMeeting[];
  stages: ReadonlyMap<string, Stage>;
  rollCalls: readonly RollCall[];
  services: { items: readonly RequestLine[]; counts: RequestCounts } | undefined;
  suggestions: { items: readonly RequestLine[]; counts: RequestCounts } | undefined;
  handedIn: { items: readonly StaffBulletin[]; more: boolean } | undefined;
  /** The latest that waits, and how many do, for who decides; of who only sends, what was returned. */
  submissions: SubmissionPage | undefined;
  returned: SubmissionPage | undefined;
  waiting: readonly PendingEnrolment[];
  televisions: { items: readonly Terminal[]; whole: boolean } | undefined;
  notices: { items: readonly StaffNotice[]; more: boolean } | undefined;
  ended: readonly StaffMeeting[];
  /** Whether they lead this meeting. */
  directs: (one: StaffMeeting) => boolean;
}

/** Every line there is, the most urgent first. */
export function lines(facts: Facts, now: number): Line[] {
  return [
    ...facts.live.map((one) => liveLine(one, facts, now)),
    ...facts.rollCalls.map((one) => rollCallLine(one, now)),
    ...late('service', facts.services?.items ?? [], facts.services?.counts, now),
    ...late('suggestion', facts.suggestions?.items ?? [], facts.suggestions?.counts, now),
    ...facts.meetings.flatMap((one) => beginningLine(one, facts, now)),
    ...soon('service', facts.services?.items ?? [], now),
    ...soon('suggestion', facts.suggestions?.items ?? [], now),
    ...handedInLine(facts.handedIn, now),
    ...submissionsLine(facts.submissions, now),
    ...returnedLine(facts.returned),
    ...waitingLine(facts.waiting, now),
    ...silentLine(facts.televisions, now),
    ...noticeLine(facts.notices, now),
    ...facts.ended.flatMap((one) => recordingLine(one, now)),
    ...rest('service', facts.services?.items ?? [], now),
    ...rest('suggestion', facts.suggestions?.items ?? [], now),
  ];
}

function liveLine(one: StaffMeeting, { stages, directs }: Facts, now: number): Line {
  const { id, title, organization, started_at_ms: started } = one.meeting;
  const stage = stages.get(id);
  const hands = (stage?.stations ?? []).flatMap(({ hand_raised_at_ms: raised, called, on_air }) =>
    raised == null || called || on_air ? [] : [raised],
  );
  const present = (stage?.stations ?? []).filter((station) => station.present).length;
  const leads = directs(one);
  return {
    key: `live ${id}`,
    kind: 'live',
    tone: 'red',
    title: '正在直播',
    name: title,
    note:
      stage === undefined
        ? `主会场：${organization.name}`
        : `主会场：${organization.name}，站点 ${present}/${stage.stations.length} 个在线，${stage.homes_watching} 户在看`,
    clock: hands.length > 0 ? `${hands.length} 个站点举手` : elapsedWords(started, now),
    beside: hands.length > 0 ? `最久等了 ${ago(Math.min(...hands), now)}` : '',
    button: leads ? '进主持台' : '看会议',
    to: leads ? `/meetings/${id}/live` : `/meetings?open=${encodeURIComponent(id)}`,
  };
}

const elapsedWords = (started: number | null | undefined, now: number) =>
  started == null ? '' : `已开 ${elapsed(now - started)}`;

function rollCallLine(one: RollCall, now: number): Line {
  const { eligible, exempt, present, missing, leave } = one.counts;
  const closes = one.rounds
    .filter(({ opens_at_ms: opens }) => opens <= now)
    .map(({ closes_at_ms }) => closes_at_ms)
    .sort((a, b) => b - a)[0];
  const open = closes !== undefined && closes > now;
  return {
    key: `roll call ${one.id}`,
    kind: 'roll_call',
    tone: 'red',
    title: '点名签到正在进行',
    name: one.title,
    note: `应到 ${eligible - exempt} 人，已签到 ${present} 人，还没签到 ${missing} 人，请假 ${leave} 人`,
    clock: open ? `还剩 ${elapsed(closes - now)}` : '',
    beside: open ? `${clock(closes)} 结束` : '',
    button: '看签到',
    to: `/roll-calls/${encodeURIComponent(one.id)}`,
  };
}

function beginningLine(one: StaffMeeting, { live, directs }: Facts, now: number): Line[] {
  const { id, state, starts_at_ms: starts, title, organization } = one.meeting;
  if (state !== 'scheduled' || starts - now > BEFORE_MEETING || !directs(one)) return [];
  // The two lists are not of the same moment.
  if (live.some(({ meeting }) => meeting.id === id)) return [];
  const over = now - starts;
  return [
    {
      key: `meeting ${id}`,
      kind: 'meeting',
      tone: 'amber',
      title: over > 0 ? '到时间还没开的会' : '马上要开的会',
      name: title,
      note: `主会场：${organization.name}`,
      clock: over > 0 ? `过了 ${ago(starts, now)}` : `还有 ${length(Math.max(MINUTE, -over))}`,
      beside: `${clock(starts)} 开始`,
      button: '去准备',
      to: `/meetings/${id}/live`,
    },
  ];
}

function handedInLine(handedIn: Facts['handedIn'], now: number): Line[] {
  const longest = (handedIn?.items ?? []).reduce<StaffBulletin | undefined>(
    (first, one) => (first === undefined || one.updated_at_ms < first.updated_at_ms ? one : first),
    undefined,
  );
  if (handedIn === undefined || longest === undefined) return [];
  const count = handedIn.more ? `${handedIn.items.length}+` : handedIn.items.length;
  return [
    {
      key: 'handed in',
      kind: 'bulletin',
      tone: 'plain',
      title: `等您审核的发布 ${count} 条`,
      note: `《${longest.draft.title}》，${longest.updated_by ? `${longest.updated_by} ` : ''}${day(longest.updated_at_ms, now)}提交`,
      clock: `等了 ${ago(longest.updated_at_ms, now)}`,
      beside: '',
      button: '去审核',
      to: '/publish?state=submitted',
    },
  ];
}

function submissionsLine(submissions: Facts['submissions'], now: number): Line[] {
  const [latest] = submissions?.items ?? [];
  if (submissions === undefined || latest === undefined) return [];
  return [
    {
      key: 'submissions',
      kind: 'submission',
      tone: 'plain',
      title: `有新投稿 ${submissions.waiting} 篇`,
      note: `${latest.organization.name}：《${latest.title}》`,
      clock: moment(latest.sent_at_ms, now),
      beside: '最近一篇',
      button: '去处理',
      to: '/publish/submissions?state=waiting',
    },
  ];
}

function returnedLine(returned: Facts['returned']): Line[] {
  const [latest] = returned?.items ?? [];
  if (returned === undefined || latest === undefined) return [];
  return [
    {
      key: 'returned submissions',
      kind: 'submission',
      tone: 'plain',
      title: `投稿退回 ${returned.returned} 篇，改好可以再送`,
      note: `《${latest.title}》`,
      clock: '',
      beside: '',
      button: '去修改',
      to: '/publish/submissions?state=returned',
    },
  ];
}

/** `4827 1639`, as the television shows it. */
const spaced = (code: string) => code.replace(/^(\d{4})-?(\d{4})$/, '$1 $2');

function waitingLine(waiting: readonly PendingEnrolment[], now: number): Line[] {
  const [first] = [...waiting].sort((a, b) => a.requested_at_ms - b.requested_at_ms);
  if (first === undefined) return [];
  const codes = waiting.slice(0, 3).map(({ user_code }) => spaced(user_code));
  return [
    {
      key: 'enrolments',
      kind: 'enrolment',
      tone: 'plain',
      title: `${waiting.length} 台新电视等登记`,
      note: `登记码 ${codes.join('、')}${waiting.length > codes.length ? ' 等' : ''} 正显示在电视上`,
      clock: `等了 ${ago(first.requested_at_ms, now)}`,
      beside: '',
      button: '去登记',
      to: '/terminals/enrol',
    },
  ];
}

/** Televisions in use that were heard of once, but not for a day; the longest silent first. */
export function silent(televisions: readonly Terminal[], now: number): Terminal[] {
  return televisions
    .filter(({ seen_at_ms: seen }) => seen != null && now - seen > SILENT)
    .sort((a, b) => (a.seen_at_ms ?? 0) - (b.seen_at_ms ?? 0));
}

function silentLine(televisions: Facts['televisions'], now: number): Line[] {
  const found = silent(televisions?.items ?? [], now);
  const [longest] = found;
  if (longest === undefined) return [];
  const stations = found.filter(({ kind }) => kind === 'station');
  const others = found.length - stations.length;
  const names = stations.slice(0, 2).map(({ organization }) => organization.name);
  const parts = [
    stations.length > 0
      ? `站点 ${stations.length} 台：${names.join('、')}${stations.length > 2 ? ' 等' : ''}`
      : '',
    others > 0 ? `户和标牌 ${others} 台` : '',
  ].filter((part) => part !== '');
  return [
    {
      key: 'silent',
      kind: 'terminal',
      tone: stations.length > 0 ? 'amber' : 'plain',
      title: `${found.length} 台电视一天以上没有消息`,
      note: parts.join('；'),
      clock: `最久 ${ago(longest.seen_at_ms ?? now, now)}`,
      beside: televisions?.whole === false ? '还有更多电视没有算' : '',
      button: '看名单',
      to: '/terminals',
    },
  ];
}

function noticeLine(notices: Facts['notices'], now: number): Line[] {
  const [newest] = notices?.items ?? [];
  if (notices === undefined || newest === undefined) return [];
  const count = notices.more ? `${notices.items.length}+` : notices.items.length;
  return [
    {
      key: 'notices',
      kind: 'notice',
      tone: 'plain',
      title: `${count} 条提醒没有看`,
      note: `${newest.organization.name}：${newest.detail}`,
      clock: moment(newest.at_ms, now),
      beside: '最近一条',
      button: '去看',
      to: '/accounts/notices',
    },
  ];
}

function recordingLine(one: StaffMeeting, now: number): Line[] {
  const { id, title, ended_at_ms: ended } = one.meeting;
  if (one.recording === 'held') {
    return [
      {
        key: `recording ${id}`,
        kind: 'recording',
        tone: 'amber',
        title: '录像等您剪辑和发布',
        name: title,
        note: '发布以前电视上看不到回放',
        clock: ended == null ? '' : day(ended, now),
        beside: '会议结束',
        button: '去剪',
        to: `/meetings?part=ended&open=${encodeURIComponent(id)}`,
      },
    ];
  }
  if (one.recording !== 'failed' || now - (ended ?? 0) > LATELY) return [];
  return [
    {
      key: `recording ${id}`,
      kind: 'recording',
      tone: 'amber',
      title: '录像处理失败',
      name: title,
      note: one.recording_trouble ?? '原因见服务器日志',
      clock: ended == null ? '' : day(ended, now),
      beside: '会议结束',
      button: '去处理',
      to: `/meetings?part=ended&open=${encodeURIComponent(id)}`,
    },
  ];
}
