/** Pictures of the television beside the text that is written. Pure. */
import type { TextSize } from '../../api/previews';
import type { Preview } from '../../api/types';

/** What is written, as far as the server has it. */
export interface Standing {
  id: string;
  version: number;
  /** More is written by now. */
  dirty: boolean;
}

/** Whether pictures of this version show something else than what is written now. */
export function isOlder(version: number, now: Standing | null): boolean {
  return now === null || now.dirty || now.version !== version;
}

/** How much of a document pictures show: `125 % 时 4 屏`. */
export function extent({ pages, more }: Pick<Preview, 'pages' | 'more'>, size: TextSize): string {
  const count = pages.length;
  return more ? `${size} % 时前 ${count} 屏，后面还有` : `${size} % 时 ${count} 屏`;
}

/** The address of a picture that came with an answer. */
export const pictureAt = (jpeg: string) => `data:image/jpeg;base64,${jpeg}`;
