import type {
  EvaluationKind,
  EvaluationState,
  MemberStatus,
  Question,
  StaffEvaluation,
} from '../api/types';
import type { Tone } from '../kit/tag/tag';

export const EVALUATION_KIND: Record<EvaluationKind, string> = {
  evaluation: '测评',
  questionnaire: '问卷',
  motion: '表决',
  unknown: '不认识',
};

export const EVALUATION_STATE: Record<EvaluationState, string> = {
  draft: '起草中',
  announced: '已预告',
  open: '正在进行',
  closed: '已截止',
  cancelled: '已取消',
  unknown: '状态不认识',
};

export const EVALUATION_TONE: Record<EvaluationState, Tone> = {
  draft: 'plain',
  announced: 'waiting',
  open: 'due',
  closed: 'done',
  cancelled: 'off',
  unknown: 'off',
};

/** Standings that this page knows; a server that is newer may have others. */
export const STATUS: Record<Exclude<MemberStatus, 'unknown'>, string> = {
  full: '正式党员',
  probationary: '预备党员',
  development_target: '发展对象',
  activist: '积极分子',
  applicant: '入党申请人',
  villager: '群众',
};

/** A standing in words. */
export function statusWords(status: MemberStatus): string {
  return status === 'unknown' ? '其他身份的人' : STATUS[status];
}

/** Who is entitled, in words. */
export function entitledWords(statuses: readonly MemberStatus[]): string {
  return statuses.length === 0 ? '所有登记的人，群众也在内' : statuses.map(statusWords).join('、');
}

/** How a question is answered, in words. */
export function questionKind({ kind }: Pick<Question, 'kind'>): string {
  switch (kind.kind) {
    case 'one':
      return '选一个';
    case 'several':
      return kind.least === kind.most
        ? `选 ${kind.most} 个`
        : `选 ${kind.least} 到 ${kind.most} 个`;
    case 'grade':
      return '评等次';
    case 'number':
      return `填数，${kind.least} 到 ${kind.most}${kind.unit ? ` ${kind.unit}` : ''}`;
    case 'sentences':
      return `挑几句话，最多 ${kind.most} 句`;
    case 'matrix':
      return `给 ${kind.rows.length} 个逐个评等次`;
    case 'unknown':
      return '这个版本还不认识的题';
  }
}

/** How many took part of how many are entitled; nothing of what they chose. `77.2%` */
export function turnout({ evaluation, took_part }: StaffEvaluation): string {
  const { entitled = 0 } = evaluation;
  if (entitled === 0) return '—';
  return `${took_part} / ${entitled} 人，${((took_part / entitled) * 100).toFixed(1).replace(/\.0$/, '')}%`;
}
