import type { Kind } from '../../../forms/building';

/** How a question is answered, for whoever writes it. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  one: '选一个',
  several: '选几个',
  grade: '评等次',
  number: '填数',
  sentences: '挑几句话',
  matrix: '逐个评等次',
};
