import type {
  CategoryKind,
  ClockKind,
  Happened,
  HistoryEntry,
  Level,
  RequestGroup,
  RequestLine,
  RequestSource,
  RequestState,
  Solved,
} from '../api/types';
import type { Tone } from '../kit/tag/tag';

export const GROUP: Record<RequestGroup, string> = {
  to_do: '要办的',
  waiting: '等回音',
  ended: '办结',
  to_call: '要回电话',
};

export const REQUEST_STATE: Record<RequestState, string> = {
  received: '新的',
  assigned: '已转',
  in_progress: '在办',
  answered: '等本人确认',
  closed: '办结',
  reopened: '没解决，重办',
  declined: '不能办',
  merged: '已合并',
  withdrawn: '本人撤回',
  unknown: '状态不认识',
};

export const REQUEST_TONE: Record<RequestState, Tone> = {
  received: 'plain',
  assigned: 'plain',
  in_progress: 'plain',
  answered: 'waiting',
  closed: 'done',
  reopened: 'due',
  declined: 'off',
  merged: 'off',
  withdrawn: 'off',
  unknown: 'off',
};

export const SOURCE_OF: Record<RequestSource, string> = {
  home: '家里的电视',
  station: '站点的电视，本人',
  entered: '站点，工作人员代填',
  phone: '扫码后在手机上填的',
};

export const CATEGORY_KIND: Record<CategoryKind, string> = {
  service: '服务',
  suggestion: '建议意见',
  confidential: '举报投诉',
  unknown: '不认识',
};

export const LEVEL: Record<Level, string> = {
  village: '村',
  township: '镇',
  county: '县',
  prefecture: '市',
};

export const CLOCK: Record<ClockKind, string> = {
  wall: '每个钟头都算',
  working: '只算工作时间',
};

export const SOLVED: Record<Solved, string> = {
  yes: '已解决',
  partly: '部分解决',
  no: '没有解决',
};

const SATISFIED = ['很不满意', '不太满意', '一般', '满意', '很满意'] as const;

/** 1 to 5 in words; what was not said is never called satisfied. */
export function satisfied(grade: number | null | undefined): string {
  return (grade == null ? undefined : SATISFIED[grade - 1]) ?? '没有评';
}

const HAPPENED: Record<Happened, string> = {
  asked: '提出',
  added: '补充',
  passed_on: '转办',
  returned: '退回，不归本单位办',
  accepted: '已受理，在办',
  replied: '答复',
  answered: '答复，说办完了',
  asked_back: '问本人',
  extension_asked: '申请延期',
  extension_given: '同意延期',
  extension_refused: '不同意延期',
  declined: '说明不能办',
  merged: '和另一件合并',
  called: '打了电话',
  noted: '记了一笔',
  due_soon: '快到时间，已提醒',
  escalated: '过了时间没有答复，升一级',
  reminded: '请本人确认办没办好',
  closed: '本人确认',
  reopened: '本人说没有解决，升一级重办',
  withdrawn: '本人撤回',
  published: '公开了问题和答复',
  unknown: '有新的情况，这个版本还不认识',
};

/** What happened, in words. */
export function happened({ what }: Pick<HistoryEntry, 'what'>): string {
  return HAPPENED[what];
}

const GOOD: readonly Happened[] = ['asked', 'accepted', 'replied', 'answered', 'closed'];
const LATE: readonly Happened[] = ['escalated', 'reopened'];
const CAREFUL: readonly Happened[] = ['due_soon', 'returned', 'extension_asked', 'asked_back'];

/** How an entry's dot looks; what it is stands beside in words. */
export function mood(what: Happened): 'good' | 'late' | 'careful' | 'plain' {
  if (GOOD.includes(what)) return 'good';
  if (LATE.includes(what)) return 'late';
  return CAREFUL.includes(what) ? 'careful' : 'plain';
}

/** How high it has come by the clock or by the asker's word; nothing of what is where it began. */
export function risen({ escalations, level }: Pick<RequestLine, 'escalations' | 'level'>) {
  return (escalations ?? 0) > 0 ? `已升到${LEVEL[level]}里` : null;
}

/** How it stands, in a work list: whoever has not answered is named so. */
export function standing(line: Pick<RequestLine, 'state' | 'responded'>): string {
  const quiet = line.responded !== true && (line.state === 'assigned' || line.state === 'reopened');
  return quiet ? `${REQUEST_STATE[line.state]}，还没答复` : REQUEST_STATE[line.state];
}
