/**
 * What roles may do, in words. The server decides (`services/kit/rights.rs`); a test holds this beside the table
 * of docs/decisions/0009-people.md. Pure.
 */
import type { Action, Role } from '../../api/types';

export const ROLE: Record<Role, string> = {
  platform_administrator: '平台管理员',
  organization_staff: '组织管理员',
  office_publisher: '站所发布员',
  branch_secretary: '支部书记',
  reader: '查阅',
};

export const ROLES = Object.keys(ROLE) as Role[];

/** For whom a role is meant, where it is chosen. */
export const MEANT: Record<Role, string> = {
  platform_administrator: '管平台的人：除了举报投诉，什么都能做',
  organization_staff: '镇、县的组织办：什么都能做，举报投诉只看交给本单位的',
  office_publisher: '站所：写稿、发布、办服务，看不到名册',
  branch_secretary: '支部：管自己的人、点名、开会、写稿，不能发布',
  reader: '上级：只看，什么都不能改',
};

const EVERYTHING: readonly Action[] = [
  'read',
  'write',
  'publish',
  'admit',
  'revoke',
  'organize',
  'configure',
  'read_members',
  'write_members',
  'reveal',
  'purge',
  'roll_call',
  'direct',
  'duty',
  'serve',
  'confide',
  'evaluate',
  'accounts',
  'read_audit',
];

const MAY: Record<Role, readonly Action[]> = {
  platform_administrator: EVERYTHING.filter((action) => action !== 'confide'),
  organization_staff: EVERYTHING,
  office_publisher: ['read', 'write', 'publish', 'serve', 'confide'],
  branch_secretary: [
    'read',
    'write',
    'read_members',
    'write_members',
    'reveal',
    'roll_call',
    'direct',
    'serve',
    'evaluate',
  ],
  reader: ['read', 'read_members'],
};

/** Whether a role may do this, within its subtree. */
export function allows(role: Role, action: Action): boolean {
  return MAY[role].includes(action);
}

/** The roles that somebody of this one may give, change and close. Nobody gives what they do not have. */
export function grantable(own: Role | undefined): readonly Role[] {
  if (own === 'platform_administrator') return ROLES;
  if (own === 'organization_staff')
    return ROLES.filter((role) => role !== 'platform_administrator');
  return [];
}

/** Things one does, as they are said after 能 and 不能. */
const DEEDS: readonly [string, readonly Action[]][] = [
  ['写稿', ['write']],
  ['审稿和发布', ['publish']],
  ['开会', ['direct']],
  ['点名', ['roll_call']],
  ['办一键服务', ['serve']],
  ['办评议', ['evaluate', 'publish']],
  ['看坐班室', ['duty']],
  ['登记电视', ['admit']],
  ['看名册', ['read_members']],
  ['改名册', ['write_members']],
  ['看完整的证件号和电话', ['reveal']],
  ['看交给本单位的举报投诉', ['confide']],
  ['管账号', ['accounts']],
  ['看记录', ['read_audit']],
];

export interface Said {
  can: readonly string[];
  cannot: readonly string[];
}

/** A role as one sentence: what it can and what it cannot. */
export function said(role: Role): Said {
  const can = (actions: readonly Action[]) => actions.every((action) => allows(role, action));
  return {
    can: DEEDS.filter(([, actions]) => can(actions)).map(([words]) => words),
    cannot: DEEDS.filter(([, actions]) => !can(actions)).map(([words]) => words),
  };
}

/** Of a room of the console: whether one sees, does, decides there, and what is to be known of it. */
export interface Line {
  thing: string;
  see: boolean;
  act: boolean;
  /** `null`: nothing is decided there. */
  decide: boolean | null;
  /** Said beside the place; empty: nothing. */
  but: string;
}

/** The table below the sentence, in the order of the rooms. */
export function tableOf(role: Role): readonly Line[] {
  const may = (action: Action) => allows(role, action);
  return [
    { thing: '发布', see: may('read'), act: may('write'), decide: may('publish'), but: '' },
    { thing: '会议', see: may('read'), act: may('direct'), decide: null, but: '' },
    {
      thing: '点名',
      see: may('read'),
      act: may('roll_call'),
      decide: null,
      but: may('read_members') ? '' : '只有数，没有姓名',
    },
    { thing: '一键服务', see: may('read'), act: may('serve'), decide: null, but: '' },
    {
      thing: '评议',
      see: may('read'),
      act: may('evaluate'),
      decide: may('evaluate') && may('publish'),
      but: may('evaluate') && !may('publish') ? '只录纸质票、答复异议' : '',
    },
    {
      thing: '举报投诉',
      see: may('confide'),
      act: may('confide'),
      decide: null,
      but: may('confide') ? '只有交给本单位的' : '',
    },
    { thing: '干部坐班', see: may('read'), act: may('duty'), decide: null, but: '' },
    {
      thing: '人员与户',
      see: may('read_members'),
      act: may('write_members'),
      decide: null,
      but: !may('read_members') ? '' : may('reveal') ? '号码遮住，写原因才看' : '号码遮住',
    },
    { thing: '电视', see: may('read'), act: may('admit'), decide: null, but: '' },
    { thing: '统计', see: may('read'), act: false, decide: null, but: '' },
    {
      thing: '账号与记录',
      see: may('read_audit'),
      act: may('accounts'),
      decide: null,
      but: '',
    },
  ];
}
