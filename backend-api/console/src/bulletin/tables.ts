/** Tables: pasted from a sheet, and changed by hand. Pure. */
import type { TableBlock } from './blocks';

/** Most columns of a table, as the server has it. */
export const MOST_COLUMNS = 30;

/** A cell of an HTML table, with how far it reaches. */
export interface SpannedCell {
  text: string;
  rows: number;
  columns: number;
}

/** A grid without joined cells: each of those stands in every place it covers, as a sheet shows it. */
export function expanded(rows: readonly (readonly SpannedCell[])[]): string[][] {
  const grid: (string | undefined)[][] = rows.map(() => []);
  rows.forEach((cells, y) => {
    let x = 0;
    for (const { text, rows: down, columns: across } of cells) {
      while (grid[y]?.[x] !== undefined) x += 1;
      for (let dy = 0; dy < down && y + dy < grid.length; dy += 1) {
        for (let dx = 0; dx < across; dx += 1) {
          const row = grid[y + dy];
          if (row) row[x + dx] = text;
        }
      }
      x += across;
    }
  });
  return grid.map((row) => Array.from(row, (cell) => cell ?? ''));
}

/**
 * Rows of a sheet as it puts them on the clipboard: cells parted by tabs; in quotation marks there may be
 * line breaks and tabs. `null`: that is no table.
 */
export function separated(text: string): string[][] | null {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const end = () => {
    rows[rows.length - 1]?.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at] ?? '';
    if (quoted) {
      if (c === '"' && text[at + 1] === '"') at += 1;
      else if (c === '"') {
        quoted = false;
        continue;
      }
      cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\t') end();
    else if (c === '\n') {
      end();
      rows.push([]);
    } else if (c !== '\r') cell += c;
  }
  if (quoted) return null;
  end();
  const full = rows.filter((row) => row.some((one) => one.trim() !== ''));
  const columns = Math.max(0, ...full.map((row) => row.length));
  return full.length >= 2 && columns >= 2 ? full : null;
}

const NUMBER = /^[-−－+]?[¥￥]?[-−－+]?\d[\d,，]*(?:[.．]\d+)?\s*[%％]?$/;

/** Columns in which every filled cell is a number: they are set flush right. */
export function numericColumns(rows: readonly (readonly string[])[], columns: number): boolean[] {
  return Array.from({ length: columns }, (_, column) => {
    const cells = rows.map((row) => (row[column] ?? '').trim()).filter((cell) => cell !== '');
    return cells.length > 0 && cells.every((cell) => NUMBER.test(cell));
  });
}

const tidy = (cell: string) => cell.replace(/[ \t\u00a0]+/g, ' ').trim();

/** The table of a grid: a line of one cell above it is its title, the first full line its head. */
export function tableOf(grid: readonly (readonly string[])[]): TableBlock | null {
  const rows = grid.map((row) => row.map(tidy)).filter((row) => row.some((cell) => cell !== ''));
  const filled = (row: readonly string[] | undefined) =>
    new Set((row ?? []).filter((cell) => cell !== ''));
  const [first] = rows;
  const wide = rows.some((row) => filled(row).size > 1);
  const hasTitle = rows.length > 2 && wide && filled(first).size === 1;
  const title = hasTitle ? ([...filled(first)][0] ?? '') : '';
  const [header, ...body] = hasTitle ? rows.slice(1) : rows;
  if (header === undefined) return null;
  // Columns at the right that are empty everywhere are the sheet's, not the table's.
  const used = [header, ...body].reduce(
    (most, row) =>
      Math.max(
        most,
        row.reduce((last, cell, at) => (cell === '' ? last : at + 1), 0),
      ),
    1,
  );
  const even = (row: readonly string[]) => Array.from({ length: used }, (_, at) => row[at] ?? '');
  const lines = body.map(even);
  return {
    type: 'table',
    title: title.replace(/^表[：:]\s*/, ''),
    header: even(header),
    rows: lines,
    numeric: numericColumns(lines, used),
  };
}

/** A small empty table to begin with. */
export const emptyTable = (): TableBlock => ({
  type: 'table',
  title: '',
  header: ['', '', ''],
  rows: [
    ['', '', ''],
    ['', '', ''],
  ],
  numeric: [false, false, false],
});

/** What is done to a table; columns of numbers are noticed anew each time. */
export type TableChange =
  | { what: 'title'; text: string }
  | { what: 'head'; column: number; text: string }
  | { what: 'cell'; row: number; column: number; text: string }
  | { what: 'add row'; after: number }
  | { what: 'add column' }
  | { what: 'remove row'; row: number }
  | { what: 'remove column'; column: number };

const put = <T>(list: readonly T[], at: number, one: T) =>
  list.map((old, n) => (n === at ? one : old));
const without = <T>(list: readonly T[], at: number) => list.filter((_, n) => n !== at);

function made(table: TableBlock, change: TableChange): TableBlock {
  const { header, rows } = table;
  switch (change.what) {
    case 'title':
      return { ...table, title: change.text };
    case 'head':
      return { ...table, header: put(header, change.column, change.text) };
    case 'cell':
      return {
        ...table,
        rows: rows.map((row, n) => (n === change.row ? put(row, change.column, change.text) : row)),
      };
    case 'add row': {
      const at = change.after + 1;
      return { ...table, rows: [...rows.slice(0, at), header.map(() => ''), ...rows.slice(at)] };
    }
    case 'add column':
      return header.length >= MOST_COLUMNS
        ? table
        : { ...table, header: [...header, ''], rows: rows.map((row) => [...row, '']) };
    case 'remove row':
      return { ...table, rows: without(rows, change.row) };
    case 'remove column':
      return header.length <= 1
        ? table
        : {
            ...table,
            header: without(header, change.column),
            rows: rows.map((row) => without(row, change.column)),
          };
  }
}

export function changedTable(table: TableBlock, change: TableChange): TableBlock {
  const next = made(table, change);
  return { ...next, numeric: numericColumns(next.rows, next.header.length) };
}
