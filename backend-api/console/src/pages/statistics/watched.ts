/** How often programmes were watched, as a table. By date or by name, and never by how often: nobody is ranked. Pure. */
import type { StaffProgramme } from '../../api/types';
import { day } from '../../words/time';
import { figureWords } from '../programmes/state';

export type Order = 'date' | 'name';

export function ordered(programmes: readonly StaffProgramme[], by: Order): StaffProgramme[] {
  const all = [...programmes];
  if (by === 'date') return all.sort((a, b) => b.published_at_ms - a.published_at_ms);
  return all.sort((a, b) => a.title.localeCompare(b.title, 'zh-CN'));
}

export const HEAD = ['名称', '栏目', '单位', '发布', '播放过', '看完的'] as const;

/** A line of the table, as the page, the file and the paper have it. */
export function lineOf(one: StaffProgramme, listOf: (id: string) => string, now: number): string[] {
  const [played, finished] = figureWords(one.figures ?? {});
  return [
    one.title,
    listOf(one.category),
    one.organization.name,
    day(one.published_at_ms, now),
    played,
    finished,
  ];
}
