/** What the audit log says, in words. Pure. What has none yet is shown as the log has it. */

const THINGS: Record<string, string> = {
  account: '账号',
  branch: '支部主页',
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
  terminal: '电视',
  township: '栏目',
};

const DEEDS: Record<string, string> = {
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
  correct: '更正',
  create: '新建',
  decline: '不同意登记',
  delete: '删除',
  disable: '停用',
  due_soon: '快到期提醒',
  enable: '恢复使用',
  end: '结束',
  follow_up: '连上整改',
  give_extension: '同意延期',
  import: '导入',
  leave: '离开',
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
  restore: '从备份恢复',
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
  'request.decline': '说明不能办',
  'request.publish': '公开答复',
  'request.return': '退回',
  'request.withdraw': '本人撤回',
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

/** What is said beside; of a refused sign-in why, and from where. */
export function beside(action: string, detail: string): string {
  if (action !== 'session.refused') return detail;
  const more = /^(\d+) more$/.exec(detail);
  if (more) return `还有 ${more[1]} 次，没有逐条记`;
  const why = WHY.find(([said]) => said.test(detail))?.[1];
  const from = / from (\S+)$/.exec(detail)?.[1];
  if (why === undefined) return detail;
  return from === undefined ? why : `${why}，来自 ${from}`;
}
