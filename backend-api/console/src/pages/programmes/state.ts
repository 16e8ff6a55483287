/** How a programme stands, in words. Pure. */
import type { ProgrammeFigures, StaffProgramme } from '../../api/types';
import type { Tone } from '../../kit/tag/tag';

type Stands = Pick<StaffProgramme, 'state' | 'film'>;

/** The kinds of standing that lists are narrowed by. */
export const STANDS = ['making', 'failed', 'draft', 'published', 'withdrawn'] as const;
export type Stand = (typeof STANDS)[number];

export const STAND: Record<Stand, string> = {
  making: '正在转换',
  failed: '转换失败',
  draft: '草稿',
  published: '已发布',
  withdrawn: '已撤回',
};

export const STAND_TONE: Record<Stand, Tone> = {
  making: 'waiting',
  failed: 'fault',
  draft: 'plain',
  published: 'done',
  withdrawn: 'off',
};

/** Its film first: of a draft whose film is not there nothing else counts. */
export function standOf({ state, film }: Stands): Stand {
  if (state !== 'draft') return state;
  if (film.state === 'failed') return 'failed';
  return film.state === 'ready' ? 'draft' : 'making';
}

/** `正在转换 72%`, `排队等转换`, `草稿`. */
export function standWords(one: Stands): string {
  const stand = standOf(one);
  if (stand !== 'making') return STAND[stand];
  return one.film.state === 'waiting' ? '排队等转换' : `正在转换 ${one.film.percent}%`;
}

/** Played and watched to the end, in words: nothing by which it could be found out what a few did. */
export function figureWords({ played, finished }: ProgrammeFigures): [string, string] {
  if (played == null) return [FEW, FEW];
  if (finished == null) return [`${played} 台电视`, '看完的或没看完的不到 5 人，不显示'];
  return [`${played} 台电视`, `${finished} 台电视`];
}

const FEW = '不到 5 人，不显示';
