import { useState } from 'react';

import { turnManuscript } from '../../api/bulletins';
import { sentence } from '../../api/refusal';
import type { Block, ManuscriptRemark } from '../../api/types';

/** What came of a document, to be read until somebody has. */
export interface TurnedFile {
  file: File;
  /** What was turned, or why nothing was. */
  words: string;
  failed: boolean;
  remarks: readonly ManuscriptRemark[];
}

export const isManuscript = ({ name, type }: File) =>
  /\.(pdf|docx?|wps|dot|docm)$/i.test(name) ||
  type === 'application/pdf' ||
  type === 'application/msword';

/** As the server has it. */
const LARGEST = 20 * 1024 * 1024;

/** What stands in blocks, in words. */
export function counted(blocks: readonly Block[]): string {
  const of = (...types: Block['type'][]) =>
    blocks.filter(({ type }) => types.includes(type)).length;
  const said = [
    [of('paragraph', 'heading', 'item'), '段文字'],
    [of('table'), '个表格'],
    [of('picture'), '张图片'],
  ] as const;
  return said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join('、');
}

/** Turns documents into blocks, one after the other; what became of each is told. */
export function useManuscript(put: (blocks: readonly Block[]) => void) {
  const [turning, setTurning] = useState<string | null>(null);
  const [turned, setTurned] = useState<readonly TurnedFile[]>([]);
  const tell = (one: TurnedFile) =>
    setTurned((all) => [...all.filter(({ file }) => file !== one.file), one]);
  const turn = async (files: readonly File[]) => {
    for (const file of files) {
      if (file.size > LARGEST) {
        const words = '文件超过 20 MB，请去掉里面的大图片，或者分成几份';
        tell({ file, words, failed: true, remarks: [] });
        continue;
      }
      setTurning(file.name);
      try {
        const { blocks, remarks } = await turnManuscript(file);
        put(blocks);
        tell({ file, words: `已放进正文：${counted(blocks)}`, failed: false, remarks });
      } catch (error) {
        tell({ file, words: sentence(error), failed: true, remarks: [] });
      }
      setTurning(null);
    }
  };
  return {
    turning,
    turned,
    turn,
    forget: (one: TurnedFile) => setTurned((all) => all.filter((other) => other !== one)),
  };
}
