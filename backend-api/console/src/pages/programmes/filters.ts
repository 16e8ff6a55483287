/** Which programmes the list shows, from its address. Pure. */
import type { Programme, StaffProgramme } from '../../api/types';
import type { Stand } from './state';
import { standOf } from './state';

export const FILTERS = {
  captions: ['all', 'with', 'without'],
  list: 'text',
  stand: ['all', 'making', 'failed', 'draft', 'published', 'withdrawn'],
  q: 'text',
} as const;

interface Wish {
  captions: (typeof FILTERS.captions)[number];
  list: string;
  stand: 'all' | Stand;
  q: string;
}

export const hasCaptions = ({ captions = [] }: Pick<Programme, 'captions'>) => captions.length > 0;

/** Whether a programme is wanted. */
export function isWanted(programme: StaffProgramme, { captions, list, stand, q }: Wish): boolean {
  const words = q.trim().toLowerCase();
  const said = [programme.title, programme.description ?? '', programme.organization.name];
  return (
    (captions === 'all' || hasCaptions(programme) === (captions === 'with')) &&
    (stand === 'all' || standOf(programme) === stand) &&
    (list === '' || programme.category === list) &&
    (words === '' || said.some((text) => text.toLowerCase().includes(words)))
  );
}

/** The wish in words that are part of the question; empty: everything. */
export function narrowed({ captions, list, stand, q }: Wish): string {
  const parts: string[] = [captions, stand].filter((one) => one !== 'all');
  return [...parts, list, q.trim()].filter((one) => one !== '').join(' ');
}

/** `1920×1080，有声音` of the best quality. */
export function quality({ renditions: [best] }: Pick<Programme, 'renditions'>): string {
  if (!best) return '没有可以播放的文件';
  return `${best.width}×${best.height}，${best.has_audio ? '有声音' : '没有声音'}`;
}
