/** The first sheet of an XLSX workbook (ECMA-376) as people see it: dates as days, padded numbers with their zeros. */
import { Unreadable, unzipped } from './zip';

export interface Book {
  /** Name of the sheet that was read. */
  sheet: string;
  rows: { line: number; cells: string[] }[];
  /** How many other sheets there are; they are not read. */
  others: number;
}

const DAY_MS = 86_400_000;
/** Numbers with more digits have lost some. */
const EXACT_DIGITS = 15;
const MOST_COLUMNS = 100;

/** @throws Unreadable */
export async function bookOf(bytes: Uint8Array): Promise<Book> {
  const files = await unzipped(bytes, (path) => /^xl\/.*\.(xml|rels)$/.test(path));
  const file = (path: string) => withoutPrefixes(files.get(path) ?? '');
  const book = file('xl/workbook.xml');
  const sheets = tags(book, 'sheet').map(({ attributes }) => attributes);
  const [first] = sheets;
  const links = tags(file('xl/_rels/workbook.xml.rels'), 'Relationship');
  const link = links.find(({ attributes }) => attributes.Id === first?.id);
  const target = (link?.attributes.Target ?? 'worksheets/sheet1.xml').replace(/^\/xl\//, '');
  const xml = file(`xl/${target}`);
  if (!xml.includes('<sheetData')) {
    throw new Unreadable('里面没有工作表。请在表格软件里另存为 .xlsx 再选。');
  }
  const shared = tags(file('xl/sharedStrings.xml'), 'si').map(({ inside }) => textOf(inside));
  const formats = formatsOf(file('xl/styles.xml'));
  const since = /date1904="(1|true)"/.test(book) ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const rows = tags(xml, 'row').map(({ attributes, inside }, n) => {
    const cells: string[] = [];
    for (const cell of tags(inside, 'c')) {
      const at = columnOf(cell.attributes.r) ?? cells.length;
      if (at >= MOST_COLUMNS) continue;
      while (cells.length < at) cells.push('');
      cells[at] = valueOf(cell, { shared, formats, since });
    }
    return { line: Number(attributes.r ?? n + 1), cells };
  });
  fillMerged(rows, xml);
  return { sheet: first?.name ?? '', rows, others: Math.max(0, sheets.length - 1) };
}

interface Tag {
  attributes: Record<string, string>;
  inside: string;
}

/** Elements of one name that do not hold others of that name. */
function tags(xml: string, name: string): Tag[] {
  const found = new RegExp(`<${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</${name}>)`, 'g');
  return [...xml.matchAll(found)].map(([, attributes = '', inside = '']) => ({
    attributes: Object.fromEntries(
      [...attributes.matchAll(/(?:\w+:)?(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        unescaped(value),
      ]),
    ),
    inside,
  }));
}

/** Some programs write `<x:row>` for `<row>`. */
function withoutPrefixes(xml: string): string {
  return xml.replace(/<(\/?)\w+:/g, '<$1');
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}

/** The text of runs; how a word is read (`rPh`) is no part of it. */
function textOf(xml: string): string {
  const plain = xml.replace(/<rPh[\s\S]*?<\/rPh>/g, '');
  return tags(plain, 't')
    .map(({ inside }) => unescaped(inside))
    .join('');
}

/** `B7` is column 1. */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]+/.exec(reference ?? '')?.[0];
  if (letters === undefined) return null;
  return Array.from(letters).reduce((all, letter) => all * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

type Format = 'plain' | 'day' | { zeros: number };

/** How numbers are shown, by the style of their cell. */
function formatsOf(styles: string): Format[] {
  const own = new Map(
    tags(styles, 'numFmt').map(({ attributes }) => [attributes.numFmtId, attributes.formatCode]),
  );
  const [, all = ''] = /<cellXfs[^>]*>([\s\S]*?)<\/cellXfs>/.exec(styles) ?? [];
  return tags(all, 'xf').map(({ attributes }) => {
    const id = Number(attributes.numFmtId ?? '0');
    const code = own.get(attributes.numFmtId);
    if (code === undefined) {
      const isDay = (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || id >= 50;
      return isDay && id <= 58 ? 'day' : 'plain';
    }
    const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
    if (/^0+$/.test(bare)) return { zeros: bare.length };
    return /y/i.test(bare) || (/m/i.test(bare) && /d/i.test(bare)) ? 'day' : 'plain';
  });
}

interface Known {
  shared: readonly string[];
  formats: readonly Format[];
  since: number;
}

function valueOf({ attributes, inside }: Tag, { shared, formats, since }: Known): string {
  const [value] = tags(inside, 'v').map((one) => unescaped(one.inside));
  switch (attributes.t) {
    case 's':
      return shared[Number(value)] ?? '';
    case 'inlineStr':
      return textOf(inside);
    case 'str':
    case 'e':
    case 'd':
      return value ?? '';
    case 'b':
      return value === '1' ? '是' : '否';
    default: {
      const number = Number(value);
      if (value === undefined || value.trim() === '' || Number.isNaN(number)) return value ?? '';
      const format = formats[Number(attributes.s ?? '0')] ?? 'plain';
      if (format === 'day') return new Date(since + number * DAY_MS).toISOString().slice(0, 10);
      if (Number.isInteger(number) && String(Math.abs(number)).length > EXACT_DIGITS) {
        // It is said of such a cell that its last digits are lost.
        return number.toExponential(5).replace('e', 'E');
      }
      return format === 'plain' ? String(number) : String(number).padStart(format.zeros, '0');
    }
  }
}

/** Cells merged downwards hold the same in each row, as one sees it. */
function fillMerged(rows: Book['rows'], xml: string): void {
  const byLine = new Map(rows.map((row) => [row.line, row]));
  for (const { attributes } of tags(xml, 'mergeCell')) {
    const [from = '', to = ''] = (attributes.ref ?? '').split(':');
    const column = columnOf(from);
    const [top, bottom] = [from, to].map((one) => Number(/\d+$/.exec(one)?.[0] ?? '0'));
    if (column === null || !top || !bottom || bottom - top > 10_000) continue;
    const value = byLine.get(top)?.cells[column] ?? '';
    for (let line = top + 1; line <= bottom; line += 1) {
      const cells = byLine.get(line)?.cells;
      if (cells === undefined) continue;
      while (cells.length <= column) cells.push('');
      cells[column] = value;
    }
  }
}
