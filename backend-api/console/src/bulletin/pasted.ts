/** Text from elsewhere becomes blocks, by the markup of content folders (`docs/CONTENT.md`). Pure. */
import type { Block } from '../api/types';
import { paragraph, shorthand } from './blocks';
import { separated, tableOf } from './tables';

const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** The cells of a line with bars; `\|` is a bar in a cell. */
function cells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());
}

const ENTITIES: Record<string, string> = {
  '&nbsp;': '\u00a0',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&amp;': '&',
};

/** `**字**` between spaces or signs shows 字 alone; masked names (张**和李**) stay. */
function shown(text: string): string {
  return text
    .replace(/(?<=^|[\s\p{P}])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*(?=$|[\s\p{P}])/gu, '$1')
    .replace(/&(?:nbsp|lt|gt|quot|amp);/g, (one) => ENTITIES[one] ?? one);
}

/** Blocks of a text: a line is a paragraph; headings, entries and tables as `docs/CONTENT.md` has them. */
export function blocksOf(text: string): Block[] {
  const clean = text.replace(/<!--[^]*?-->/g, '').replace(/\r\n?/g, '\n');
  const sheet = separated(clean);
  if (sheet) {
    const table = tableOf(sheet);
    if (table) return [table];
  }
  const lines = clean.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const head = cells(line);
    const rule = lines[at + 1] ?? '';
    if (line.includes('|') && RULE.test(rule) && cells(rule).length === head.length) {
      const rows: string[][] = [];
      for (at += 2; (lines[at] ?? '').includes('|'); at += 1) rows.push(cells(lines[at] ?? ''));
      at -= 1;
      const table = tableOf([head, ...rows]);
      if (table) blocks.push(titled(table, blocks));
      continue;
    }
    const words = line.replace(/^[ \t\u3000]+|[ \t\u3000]+$/g, '');
    if (words === '') continue;
    const block = shorthand(paragraph(words));
    blocks.push({ ...block, text: shown(block.text) });
  }
  return blocks;
}

/** `表：……` on a line of its own above a table is its title. */
function titled(table: Block, before: Block[]): Block {
  const last = before[before.length - 1];
  const [, title] = last?.type === 'paragraph' ? (/^表[：:]\s*(.+)$/.exec(last.text) ?? []) : [];
  if (title === undefined || table.type !== 'table') return table;
  before.pop();
  return { ...table, title };
}
