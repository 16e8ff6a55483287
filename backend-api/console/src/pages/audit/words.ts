/** What the audit log says, in words. Pure. What has none yet is shown as the log has it. */
import { ATTENDANCE, corrected, SPELLED } from '../../words/roll_calls';

const THINGS: Record<string, string> = {
  account: '账号',
  address: '来源地址',
  branch: '支部主页',
  card: '卡',
  device_code: '登记码',
  enrolment: '电视登记',
  file: '文件',
  guesses: '猜测',
  live_link: '直播链接',
  login: '登录名',
  presence_code: '签到码',
  sign_ins: '登录',
  token: '凭证',
  user_code: '登记码',
  work_year: '工作日历',
  bulletin: '公告',
  category: '服务类别',
  clock: '服务器时钟',
  database: '数据库',
  duty_look: '坐班查看',
  duty_room: '坐班室',
  evaluation: '评议',
  household: '户',
  keys: '密钥',
  meeting: '会议',
  member: '党员',
  member_session: '党员登录',
  notice: '提醒',
  organization: '组织',
  picture: '图片',
  pin: '密码（PIN）',
  programme: '节目',
  report: '报表',
  request: '一键服务',
  request_link: '扫码链接',
  roll_call: '点名',
  session: '登录',
  setup: '第一次设置',
  setup_code: '安装码',
  submission: '投稿',
  terminal: '电视',
  township: '栏目',
};

const DEEDS: Record<string, string> = {
  close_round: '结束一轮',
  lift_code: '不再要签到码',
  leave_out_round: '少抽一轮',
  open_round: '抽点',
  host_source: '换主会场来源',
  record_again: '重做录像',
  hold_recording: '录像等剪辑',
  cut_recording: '剪录像',
  recorded: '录像做好',
  duplicates: '查重复登记',
  transfers: '看转移记录',
  caption: '写照片说明',
  accept: '受理',
  add_member: '加人',
  addition: '本人补充',
  admit: '同意登记',
  announce: '预告',
  answer_objection: '答复异议',
  ask: '提出',
  ask_back: '问本人',
  ask_extension: '申请延期',
  attachment: '听录音或看照片',
  attendance: '看出勤',
  call: '打电话',
  cancel: '取消',
  change: '改权限',
  close: '结束',
  confirm: '确认',
  check: '会前检查',
  correct: '更正',
  create: '新建',
  decline: '不同意登记',
  delete: '删除',
  disable: '停用',
  hand_over: '交给别人接着办',
  done: '完成',
  due_soon: '快到期提醒',
  enable: '恢复使用',
  end: '结束',
  film: '重新转换影片',
  follow_up: '连上整改',
  give_extension: '同意延期',
  import: '导入',
  import_removed: '随导入撤回',
  import_trial: '试导入',
  import_undo: '撤回导入',
  leave: '离开',
  link: '给扫码页',
  list: '看名单',
  lock: '锁定',
  merge: '合并',
  note: '记一笔',
  open: '开始',
  overdue: '超时升级',
  paper_ballot: '录纸质票',
  paper_ballot_back: '作废纸质票',
  paper_voter: '登记用纸投票',
  paper_voter_back: '撤回用纸投票的登记',
  pass_on: '转办',
  password: '改密码',
  publish: '发布',
  purge: '清除个人信息',
  read: '看资料',
  record: '看记录',
  recovery_codes: '重新生成备用码',
  recovery_used: '用备用码登录',
  refuse_extension: '不同意延期',
  refused: '被拒绝',
  remind: '提醒本人',
  replace: '替换',
  reply: '答复',
  restart: '远程重新启动',
  restore: '从备份恢复',
  resync: '远程全部重发',
  return: '退回或恢复',
  reveal: '查看完整号码',
  reveal_many: '查看完整号码较多',
  revoke: '停用',
  rotate: '换密钥',
  search: '按号码查找',
  seen: '已看',
  set: '设置',
  sign_in: '签到',
  start: '开始',
  submit: '送审',
  take: '采用',
  totp_off: '停用两步验证',
  totp_on: '启用两步验证',
  totp_reset: '取消两步验证',
  transfer_in: '转入',
  transfer_out: '转出',
  update: '修改',
  upload: '上传',
  verdict: '本人说办没办好',
  withdraw: '撤回',
};

/** Where the deed is called otherwise than elsewhere. */
const OTHERWISE: Record<string, string> = {
  'bulletin.confirm': '确认号码和图片可以公布',
  'bulletin.cover_picture': '盖住图片里的一部分',
  'request.decline': '说明不能办',
  'request.publish': '公开答复',
  'request.return': '退回',
  'request.withdraw': '本人撤回',
  'submission.create': '送来',
  'submission.decline': '不采用',
  'submission.withdraw': '投稿人撤回',
  'submission.return': '退回',
};

/** `党员 · 查看完整号码`; what is not known, as it is. */
export function deed(action: string): string {
  const dot = action.indexOf('.');
  const thing = THINGS[action.slice(0, dot)];
  const done = OTHERWISE[action] ?? DEEDS[action.slice(dot + 1)];
  return thing !== undefined && done !== undefined ? `${thing} · ${done}` : action;
}

/** Who did it: a login name, or what did it by itself. */
export function who(actor: string): string {
  if (actor === 'system') return '系统';
  const colon = actor.indexOf(':');
  const [kind, name] = [actor.slice(0, colon), actor.slice(colon + 1)];
  if (kind === 'staff') return name;
  if (kind === 'terminal') return '电视';
  if (kind === 'member') return '党员本人';
  return actor;
}

const WHY: readonly [RegExp, string][] = [
  [/^wrong password/, '密码不对'],
  [/^unknown login/, '未知账号'],
  [/^wrong second factor/, '验证码不对'],
  [/^locked/, '账号已锁定'],
  [/^too many/, '试得太多'],
];

/** Details that the server writes in English, in words. */
const SAID: readonly [RegExp, (found: readonly string[]) => string][] = [
  [/^for (\S+)$/, ([, code = '']) => `范围 ${code}`],
  [/^(\d{4}-\d{2}), (\d+) members$/, ([, month = '', count = '']) => `${month}，${count} 人`],
  [/^(\d+) people$/, ([, count = '']) => `${count} 人`],
  [
    /^removed (\d+) restored (\d+) kept (\d+)$/,
    ([, gone = '', back = '', kept = '']) => `去掉 ${gone}，恢复 ${back}，没有动 ${kept}`,
  ],
  [
    /^(\d+) numbers (\d+) pictures$/,
    ([, numbers = '', pictures = '']) => `${numbers} 个号码，${pictures} 张图片`,
  ],
  [
    /^added (\d+) changed (\d+) unchanged (\d+) left out (\d+)$/,
    ([, added = '', changed = '', , out = '']) => `新加 ${added}，改 ${changed}，没导入 ${out}`,
  ],
];

/** What is said beside; of a refused sign-in why and from where, of a correction what it became. */
export function beside(action: string, detail: string): string {
  if (action === 'roll_call.correct') {
    const said = corrected(detail);
    return said === null ? detail : `记为${ATTENDANCE[said.state]}：${said.reason}`;
  }
  if (action === 'roll_call.add_member') return detail.replace(/^roll_call:\S+: /, '');
  for (const [form, words] of SAID) {
    const found = form.exec(detail);
    if (found) return words(found);
  }
  if (action !== 'session.refused') return detail;
  const more = /^(\d+) more$/.exec(detail);
  if (more) return `还有 ${more[1]} 次，没有逐条记`;
  const why = WHY.find(([said]) => said.test(detail))?.[1];
  const from = / from (\S+)$/.exec(detail)?.[1];
  if (why === undefined) return detail;
  return from === undefined ? why : `${why}，来自 ${from}`;
}

/** What an entry is about: a kind of thing; ids say nothing to people. */
export function about(subject: string): string {
  return THINGS[subject.split(':', 1)[0] ?? ''] ?? subject;
}

/** What somebody looks for in the log, by the thing it is done to. A test knows words for each. */
export const ACTIONS = [
  'session.open',
  'session.refused',
  'session.end',
  'account.create',
  'account.change',
  'account.password',
  'account.disable',
  'account.enable',
  'account.totp_on',
  'account.totp_off',
  'account.totp_reset',
  'account.recovery_used',
  'member.reveal',
  'member.reveal_many',
  'member.search',
  'member.list',
  'member.read',
  'member.create',
  'member.update',
  'member.import',
  'member.import_undo',
  'member.transfer_in',
  'member.transfer_out',
  'member.leave',
  'member.return',
  'member.purge',
  'pin.set',
  'roll_call.create',
  'roll_call.open',
  'roll_call.close',
  'roll_call.cancel',
  'roll_call.correct',
  'roll_call.add_member',
  'report.attendance',
  'meeting.create',
  'meeting.update',
  'meeting.start',
  'meeting.end',
  'meeting.cancel',
  'meeting.check',
  'meeting.hand_over',
  'bulletin.create',
  'bulletin.update',
  'bulletin.submit',
  'bulletin.publish',
  'bulletin.confirm',
  'bulletin.cover_picture',
  'bulletin.withdraw',
  'submission.take',
  'submission.return',
  'submission.decline',
  'submission.withdraw',
  'bulletin.hand_over',
  'request.reveal',
  'request.read',
  'request.reply',
  'request.pass_on',
  'evaluation.create',
  'evaluation.announce',
  'evaluation.close',
  'evaluation.cancel',
  'terminal.admit',
  'terminal.revoke',
  'terminal.restart',
  'terminal.resync',
  'duty_look.open',
  'organization.create',
  'organization.update',
  'keys.rotate',
] as const;

/** Those in which somebody saw or wrote what is personal. */
export const PERSONAL: readonly string[] = [
  ...['reveal', 'reveal_many', 'search', 'list', 'read', 'record', 'purge', 'duplicates'].map(
    (deed) => `member.${deed}`,
  ),
  'request.reveal',
  'report.attendance',
];

/** What kind of actor did it, where it is no name. */
const ACTORS: readonly [string, string][] = [
  ['系统', 'system'],
  ['电视', 'terminal:*'],
  ['党员本人', 'member:*'],
];

/** Words of a sentence about a detail, and how the log's own begins. */
const SENTENCES: readonly [string, string][] = [
  ['密码不对', 'wrong password*'],
  ['未知账号', 'unknown login*'],
  ['验证码不对', 'wrong second factor*'],
  ['账号已锁定', 'locked*'],
  ['试得太多', 'too many*'],
  ['没有逐条记', '* more'],
  ['范围', 'for *'],
  ...Object.entries(SPELLED).map(([spelled, state]): [string, string] => [
    `记为${ATTENDANCE[state]}`,
    `roll_call:* ${spelled}: *`,
  ]),
];

/**
 * What words that somebody looks for mean in the log, as the server's `meant` has it: every kind of deed, of actor
 * and of sentence that is read with these words on the page.
 */
export function meaning(words: string): string[] {
  const w = words.trim().toLowerCase();
  if (w === '') return [];
  const has = (text: string) => text.toLowerCase().includes(w);
  const named = (all: Record<string, string>) =>
    Object.entries(all)
      .filter(([, text]) => has(text))
      .map(([name]) => name);
  const meant = new Set([
    ...named(THINGS).map((thing) => `action:${thing}.*`),
    ...named(DEEDS).map((done) => `action:*.${done}`),
    ...named(OTHERWISE).map((action) => `action:${action}`),
    ...ACTIONS.filter((action) => has(deed(action))).map((action) => `action:${action}`),
    ...(has('个人信息') ? PERSONAL.map((action) => `action:${action}`) : []),
    ...(has('登录失败') ? ['action:session.refused'] : []),
    ...ACTORS.filter(([text]) => has(text)).map(([, actor]) => `actor:${actor}`),
    ...SENTENCES.filter(([text]) => has(text)).map(([, detail]) => `detail:${detail}`),
  ]);
  // What a pattern says already needs no line of its own.
  const wide = [...meant].filter((one) => one.split('*').length === 2);
  const said = (one: string) =>
    wide.some((pattern) => {
      const [before = '', after = ''] = pattern.split('*');
      return pattern !== one && one.startsWith(before) && one.endsWith(after);
    });
  return [...meant].filter((one) => !said(one)).slice(0, MOST_MEANT);
}

/** More the server does not take. */
const MOST_MEANT = 50;

/** How a kind of entry looks: personal data and refused sign-ins are to be noticed. */
export function kindOf(action: string): { tone: 'due' | 'plain'; words: string } {
  if (PERSONAL.includes(action)) return { tone: 'due', words: '个人信息' };
  if (action === 'session.refused') return { tone: 'due', words: '登录失败' };
  const thing = action.split('.', 1)[0] ?? '';
  return { tone: 'plain', words: THINGS[thing] ?? thing };
}
