/** Which programmes the list shows, from its address. Pure. */
import type { ProgrammesOf } from '../../api/programmes';
import type { Programme } from '../../api/types';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  captions: ['all', 'with', 'without'],
  list: 'text',
  stand: ['all', 'making', 'failed', 'draft', 'published', 'withdrawn'],
  q: 'text',
} as const;

export type ProgrammeFilters = Filters<typeof FILTERS>;

export const hasCaptions = ({ captions = [] }: Pick<Programme, 'captions'>) => captions.length > 0;

export function whichOf({ captions, list, stand, q }: ProgrammeFilters): ProgrammesOf {
  return {
    list: list || undefined,
    text: q.trim() || undefined,
    captions: captions === 'all' ? undefined : captions === 'with',
    stand: stand === 'all' ? undefined : stand,
  };
}

/** `1920×1080，有声音` of the best quality. */
export function quality({ renditions: [best] }: Pick<Programme, 'renditions'>): string {
  if (!best) return '没有可以播放的文件';
  return `${best.width}×${best.height}，${best.has_audio ? '有声音' : '没有声音'}`;
}
