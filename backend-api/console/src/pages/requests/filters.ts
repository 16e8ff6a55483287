/** Which requests a page lists, from its address. Pure. */
import type { CategoryKind, RequestCounts, RequestGroup } from '../../api/types';
import { GROUP } from '../../words/requests';

export const FILTERS = {
  group: ['to_do', 'waiting', 'ended', 'to_call'],
  category: 'text',
  q: 'text',
} as const;

/** What a page is about. */
export type PageKind = Exclude<CategoryKind, 'unknown'>;

const EMPTY_WORDS: Record<RequestGroup, string> = {
  to_do: '现在没有要办的。电视上有人按了一键服务，会出现在这里。',
  waiting: '没有在等本人回音的。',
  ended: '还没有办结的。',
  to_call: '没有要回的电话。',
};

/** What is said when there is nothing: what will appear here. */
export function emptyWords(kind: PageKind, group: RequestGroup): string {
  if (group !== 'to_do') return EMPTY_WORDS[group];
  if (kind === 'suggestion') return '现在没有要答复的建议。电视上有人提了，会出现在这里。';
  if (kind === 'confidential') return '没有要办的举报投诉。只寄给本单位的会出现在这里。';
  return EMPTY_WORDS.to_do;
}

/** The groups as a choice, each with how many are in it. */
export function groupChoices(counts: RequestCounts | undefined) {
  const count: Record<RequestGroup, number | undefined> = {
    to_do: counts?.to_do,
    waiting: counts?.waiting,
    ended: counts?.ended,
    to_call: counts?.to_call,
  };
  return (Object.keys(GROUP) as RequestGroup[]).map((value) => ({
    value,
    label: count[value] === undefined ? GROUP[value] : `${GROUP[value]} ${count[value]}`,
  }));
}
