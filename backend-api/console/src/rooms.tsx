/**
 * The rooms of the console and their pages, in the order of the nav. A page more is a line more: routes, nav,
 * tabs in the head and the search all read this table.
 */
import {
  BarChartOutlined,
  CarryOutOutlined,
  DesktopOutlined,
  EyeOutlined,
  HomeOutlined,
  MessageOutlined,
  NotificationOutlined,
  PlaySquareOutlined,
  SafetyOutlined,
  TeamOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';

import type { Action } from './api/types';
import {
  LiveBadge,
  NoticesBadge,
  NoticesCount,
  ServicesBadge,
  ServicesCount,
  SubmissionsCount,
  SubmittedBadge,
  SuggestionsCount,
  WaitingBadge,
  WaitingCount,
} from './frame/badges';

/** A page of a room. */
export interface RoomPage {
  /** Its address below `/console`; with `:id` it is about one thing, and no tab leads there. */
  path: string;
  /** Its name, as its tab says it. */
  title: string;
  /** First letters of the name in pinyin: `zbzy`. */
  pinyin: string;
  /** Who may see it: whoever may do one of these; left out: everybody. */
  may?: readonly Action[];
  /** Brings its code, when it is opened. */
  load: () => Promise<ComponentType>;
  /** Addresses it had before, which still lead to it. */
  was?: readonly string[];
  /** How many there are to do, in its tab. */
  Count?: ComponentType;
  /** It fills the window, without nav. */
  alone?: boolean;
}

/** Something of the nav. */
export interface Room {
  /** Begins the addresses of its pages. If none has just this, it leads to the first one. */
  path: string;
  title: string;
  pinyin: string;
  Icon: typeof HomeOutlined;
  /** What waits there, beside its name. */
  Badge?: ComponentType;
  /** A room without a page that somebody may see is not there for them. */
  pages: readonly RoomPage[];
}

export const ROOMS: readonly Room[] = [
  {
    path: '/',
    title: '今天',
    pinyin: 'jt',
    Icon: HomeOutlined,
    pages: [
      {
        path: '/',
        title: '今天',
        pinyin: 'jt',
        load: async () => (await import('./pages/today/page')).TodayPage,
      },
    ],
  },
  {
    path: '/publish',
    title: '发布',
    pinyin: 'fb',
    Icon: NotificationOutlined,
    Badge: SubmittedBadge,
    pages: [
      {
        path: '/publish',
        title: '发布',
        pinyin: 'fb',
        load: async () => (await import('./pages/bulletins/page')).BulletinsPage,
      },
      {
        path: '/publish/:id/edit',
        title: '写一条',
        pinyin: 'xyt',
        may: ['write'],
        load: async () => (await import('./pages/bulletin/page')).BulletinPage,
      },
      {
        path: '/publish/:id/review',
        title: '审核',
        pinyin: 'sh',
        may: ['publish'],
        load: async () => (await import('./pages/bulletin/review')).ReviewPage,
      },
      {
        path: '/publish/submissions',
        title: '投稿',
        pinyin: 'tg',
        may: ['read'],
        load: async () => (await import('./pages/submissions/page')).SubmissionsPage,
        Count: SubmissionsCount,
      },
      {
        path: '/publish/finance',
        title: '财务公开',
        pinyin: 'cwgk',
        may: ['write'],
        load: async () => (await import('./pages/finance/page')).FinancePage,
      },
      {
        path: '/publish/branches',
        title: '支部主页',
        pinyin: 'zbzy',
        load: async () => (await import('./pages/branches/page')).BranchesPage,
        was: ['/branches'],
      },
    ],
  },
  {
    path: '/programmes',
    title: '节目',
    pinyin: 'jm',
    Icon: PlaySquareOutlined,
    pages: [
      {
        path: '/programmes',
        title: '节目',
        pinyin: 'jm',
        load: async () => (await import('./pages/programmes/page')).ProgrammesPage,
      },
    ],
  },
  {
    path: '/meetings',
    title: '会议与直播',
    pinyin: 'hyyzb',
    Icon: VideoCameraOutlined,
    Badge: LiveBadge,
    pages: [
      {
        path: '/meetings',
        title: '会议与直播',
        pinyin: 'hyyzb',
        load: async () => (await import('./pages/meetings/page')).MeetingsPage,
      },
      {
        path: '/meetings/:id/viewings',
        title: '收看情况',
        pinyin: 'skqk',
        load: async () => (await import('./pages/viewings/page')).ViewingsPage,
      },
      {
        path: '/meetings/:id/live',
        title: '主持台',
        pinyin: 'zct',
        load: async () => (await import('./pages/host/page')).HostPage,
        alone: true,
      },
    ],
  },
  {
    path: '/roll-calls',
    title: '点名',
    pinyin: 'dm',
    Icon: CarryOutOutlined,
    pages: [
      {
        path: '/roll-calls',
        title: '点名',
        pinyin: 'dm',
        may: ['read'],
        load: async () => (await import('./pages/roll_calls/page')).RollCallsPage,
      },
      {
        path: '/roll-calls/:id',
        title: '点名结果',
        pinyin: 'dmjg',
        may: ['read'],
        load: async () => (await import('./pages/roll_calls/one')).RollCallPage,
      },
    ],
  },
  {
    path: '/services',
    title: '服务与评议',
    pinyin: 'fwypy',
    Icon: MessageOutlined,
    Badge: ServicesBadge,
    pages: [
      {
        path: '/services',
        title: '一键服务',
        pinyin: 'yjfw',
        may: ['serve', 'read'],
        load: async () => (await import('./pages/requests/page')).ServicesPage,
        Count: ServicesCount,
      },
      {
        path: '/services/suggestions',
        title: '意见建议',
        pinyin: 'yjjy',
        may: ['serve', 'read'],
        load: async () => (await import('./pages/requests/page')).SuggestionsPage,
        Count: SuggestionsCount,
      },
      {
        path: '/services/evaluations',
        title: '评议与问卷',
        pinyin: 'pyywj',
        load: async () => (await import('./pages/evaluations/page')).EvaluationsPage,
      },
      {
        path: '/services/evaluations/:id',
        title: '评议',
        pinyin: 'py',
        load: async () => (await import('./pages/evaluation/page')).EvaluationPage,
      },
      {
        path: '/services/categories',
        title: '类别',
        pinyin: 'lb',
        load: async () => (await import('./pages/categories/page')).CategoriesPage,
      },
      {
        path: '/services/reports',
        title: '举报投诉',
        pinyin: 'jbts',
        may: ['confide'],
        load: async () => (await import('./pages/requests/page')).ReportsPage,
        was: ['/reports'],
      },
    ],
  },
  {
    path: '/duty',
    title: '干部坐班',
    pinyin: 'gbzb',
    Icon: EyeOutlined,
    pages: [
      {
        path: '/duty',
        title: '干部坐班',
        pinyin: 'gbzb',
        load: async () => (await import('./pages/duty/page')).DutyPage,
      },
    ],
  },
  {
    path: '/people',
    title: '人员与户',
    pinyin: 'ryyh',
    Icon: TeamOutlined,
    pages: [
      {
        path: '/people',
        title: '人员',
        pinyin: 'ry',
        may: ['read_members'],
        load: async () => (await import('./pages/members/page')).MembersPage,
      },
      {
        path: '/people/households',
        title: '户',
        pinyin: 'h',
        may: ['read_members'],
        load: async () => (await import('./pages/households/page')).HouseholdsPage,
      },
      {
        path: '/people/duplicates',
        title: '可能重了',
        pinyin: 'kncl',
        may: ['read_members'],
        load: async () => (await import('./pages/duplicates/page')).DuplicatesPage,
      },
      {
        path: '/people/import/:what',
        title: '从表格导入',
        pinyin: 'cbgdr',
        may: ['write_members'],
        load: async () => (await import('./pages/import/page')).ImportPage,
      },
    ],
  },
  {
    path: '/terminals',
    title: '电视',
    pinyin: 'ds',
    Icon: DesktopOutlined,
    Badge: WaitingBadge,
    pages: [
      {
        path: '/terminals',
        title: '所有电视',
        pinyin: 'syds',
        may: ['read'],
        load: async () => (await import('./pages/terminals/page')).TerminalsPage,
      },
      {
        path: '/terminals/enrol',
        title: '登记电视',
        pinyin: 'djds',
        may: ['admit'],
        load: async () => (await import('./pages/terminals/enrol_page')).EnrolPage,
        Count: WaitingCount,
        alone: true,
      },
    ],
  },
  {
    path: '/statistics',
    title: '统计',
    pinyin: 'tj',
    Icon: BarChartOutlined,
    pages: [
      {
        path: '/statistics',
        title: '一键服务',
        pinyin: 'yjfw',
        load: async () => (await import('./pages/statistics/page')).StatisticsPage,
      },
      {
        path: '/statistics/attendance',
        title: '出勤',
        pinyin: 'cq',
        may: ['read'],
        load: async () => (await import('./pages/statistics/attendance_page')).AttendancePage,
      },
      {
        path: '/statistics/programmes',
        title: '节目',
        pinyin: 'jm',
        may: ['read'],
        load: async () => (await import('./pages/statistics/watched_page')).WatchedPage,
      },
      {
        path: '/statistics/asked',
        title: '向各支部要了什么',
        pinyin: 'xgzbylsm',
        may: ['read'],
        load: async () => (await import('./pages/statistics/asked_page')).AskedPage,
      },
    ],
  },
  {
    path: '/accounts',
    title: '账号与记录',
    pinyin: 'zhyjl',
    Icon: SafetyOutlined,
    Badge: NoticesBadge,
    pages: [
      {
        path: '/accounts',
        title: '账号',
        pinyin: 'zh',
        may: ['accounts'],
        load: async () => (await import('./pages/accounts/page')).AccountsPage,
      },
      {
        path: '/accounts/sessions',
        title: '登录着的电脑',
        pinyin: 'dlzddn',
        load: async () => (await import('./pages/accounts/sessions')).SessionsPage,
      },
      {
        path: '/accounts/me',
        title: '我的账号',
        pinyin: 'wdzh',
        load: async () => (await import('./pages/account/page')).AccountPage,
        was: ['/account'],
      },
      {
        path: '/accounts/notices',
        title: '提醒',
        pinyin: 'tx',
        may: ['read'],
        load: async () => (await import('./pages/notices/page')).NoticesPage,
        Count: NoticesCount,
        was: ['/notices'],
      },
      {
        path: '/accounts/audit',
        title: '记录',
        pinyin: 'jl',
        may: ['read_audit'],
        load: async () => (await import('./pages/audit/page')).AuditPage,
        was: ['/audit'],
      },
      {
        path: '/accounts/township',
        title: '本镇设置',
        pinyin: 'bzsz',
        may: ['configure'],
        load: async () => (await import('./pages/township/page')).TownshipPage,
      },
      {
        path: '/accounts/calendar',
        title: '工作日历',
        pinyin: 'gzrl',
        may: ['configure'],
        load: async () => (await import('./pages/work_calendar/page')).WorkCalendarPage,
      },
      {
        path: '/accounts/places',
        title: '村和站所',
        pinyin: 'chzs',
        may: ['organize'],
        load: async () => (await import('./pages/setup/page')).PlacesPage,
        // Where a new server was set up: this is what comes next.
        was: ['/setup'],
      },
    ],
  },
];
