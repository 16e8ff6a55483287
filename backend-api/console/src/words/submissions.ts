import type { SubmissionLine, SubmissionState } from '../api/types';
import type { Tone } from '../kit/tag/tag';

export const SUBMISSION_STATE: Record<SubmissionState, string> = {
  waiting: '待处理',
  returned: '已退回',
  taken: '已采用',
  declined: '不采用',
  withdrawn: '已撤回',
};

const TONE: Record<SubmissionState, Tone> = {
  waiting: 'waiting',
  returned: 'due',
  taken: 'done',
  declined: 'off',
  withdrawn: 'off',
};

/** How one stands, in a word; what was made of it may be on the televisions by now. */
export function submissionStand({
  state,
  published,
}: Pick<SubmissionLine, 'state' | 'published'>): { tone: Tone; words: string } {
  if (state === 'taken' && published) return { tone: 'done', words: '已发布' };
  return {
    tone: state === 'taken' ? 'plain' : TONE[state],
    words: state === 'taken' ? '已采用，在编辑' : SUBMISSION_STATE[state],
  };
}

/** Who sent it: a login name, who wrote it on a telephone, or only that it came from one. */
export function senderOf({ source, sender }: Pick<SubmissionLine, 'source' | 'sender'>): string {
  if (source === 'console') return sender;
  return sender === '' ? '手机扫码' : `${sender}（手机扫码）`;
}
