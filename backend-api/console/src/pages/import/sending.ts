/** What is sent of a table, and what the server's answer means for its rows. Pure. */
import type { RowChoice, RowComplaint, RowDouble } from '../../api/types';
import type { Row, Sheet, What } from './columns';
import { COLUMNS } from './columns';
import type { Problem } from './problems';
import { cellOf } from './problems';
import { csvOf } from './text';
import type { Work } from './work';
import { chosen } from './work';

/** Rows in one request: a slow line must not end it; people are written all at once, and the server says how many. */
export const MOST_ROWS: Record<What, number> = { members: 2000, households: 500 };

/** One request: its rows, and the file with them. */
export interface Part {
  rows: Row[];
  csv: string;
}

/**
 * The rows in parts. Those of one name in one village are never parted: the server tells them apart by the
 * others of the same list. `written`: rows that were sent before go with their namesakes; they change nothing.
 */
export function partsOf(
  what: What,
  { fields }: Sheet,
  rows: readonly Row[],
  written: readonly Row[],
  into: string,
): Part[] {
  const keyOf = (row: Row) =>
    `${cellOf(row, fields, 'organization_code') || into} ${cellOf(row, fields, 'name').replace(/\s/g, '')}`;
  const together = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    together.set(key, [...(together.get(key) ?? []), row]);
  }
  for (const row of written) together.get(keyOf(row))?.push(row);
  const parts: Row[][] = [];
  for (const group of together.values()) {
    const last = parts[parts.length - 1];
    if (last !== undefined && last.length + group.length <= MOST_ROWS[what]) last.push(...group);
    else parts.push([...group]);
  }
  return parts.map((all) => {
    const ordered = [...all].sort((a, b) => a.line - b.line);
    return { rows: ordered, csv: fileOf(what, fields, ordered, into) };
  });
}

/** The rows with the columns that were matched, under the server's names for them. */
function fileOf(what: What, fields: Sheet['fields'], rows: readonly Row[], into: string): string {
  // Always with the organization: a file of one column would have nothing that parts its cells.
  const columns = COLUMNS[what].filter(
    ({ field }) => field === 'organization_code' || fields.includes(field),
  );
  const cells = rows.map((row) =>
    columns.map(({ field }) => {
      const text = cellOf(row, fields, field);
      return field === 'organization_code' && text === '' ? into : text;
    }),
  );
  return csvOf([columns.map(({ title }) => title), ...cells]);
}

/** What the server says of a part's rows, at their cells. The first line of the file is its header. */
export function complaints(
  what: What,
  { fields }: Sheet,
  part: Part,
  said: readonly RowComplaint[],
): Problem[] {
  return said.map(({ line, column, message }) => {
    const field = COLUMNS[what].find(({ title }) => title === column)?.field;
    const at = field === undefined ? -1 : fields.indexOf(field);
    const row = part.rows[line - 2];
    return { line: row?.line ?? 0, at: at < 0 ? null : at, words: message };
  });
}

/** What was decided of a part's rows, by its own lines. */
export function choicesOf(part: Part, work: Pick<Work, 'choices' | 'doubles'>): RowChoice[] {
  return work.doubles.flatMap(({ line, like }) => {
    const at = part.rows.findIndex((row) => row.line === line);
    if (at < 0) return [];
    return like.flatMap(({ member_id }) => {
      const same = chosen(work, line, member_id);
      return same === undefined ? [] : [{ line: at + 2, member_id, same }];
    });
  });
}

/** The server's doubles of a part by lines of the table. */
export function doublesOf(part: Part, doubles: readonly RowDouble[]): RowDouble[] {
  return doubles.flatMap((double) => {
    const row = part.rows[double.line - 2];
    return row === undefined ? [] : [{ ...double, line: row.line }];
  });
}
