/** New organizations as they are typed or pasted, and between them and what the server takes. Pure. */
import type { FieldError } from '../../api/refusal';
import type { Organization, OrganizationKind, OrganizationRow } from '../../api/types';
import { rowsOf } from '../../forms/table';
import { kindMeant, ORGANIZATION_KIND } from '../../words/organizations';

export const COLUMNS = ['name', 'kind', 'code', 'parent'] as const;
export type Column = (typeof COLUMNS)[number];

export const TITLES: Record<Column, string> = {
  name: '名称',
  kind: '类别',
  code: '代码',
  parent: '上级',
};

/** A row as it is written; nothing in it is judged yet. */
export type Row = Record<Column, string>;

export const EMPTY: Row = { name: '', kind: '', code: '', parent: '' };

export const isEmpty = (row: Row) => COLUMNS.every((column) => row[column].trim() === '');

/** What a spreadsheet's first row calls the columns. */
const HEADS: Record<Column, readonly string[]> = {
  name: ['名称', '单位', '单位名称', '村名', '组织名称', 'name'],
  kind: ['类别', '类型', '级别', 'kind'],
  code: ['代码', '编号', '组织代码', 'code'],
  parent: ['上级', '上级代码', '上级单位', '隶属', 'parent'],
};

const headOf = (cell: string) => COLUMNS.find((column) => HEADS[column].includes(cell.trim()));

/** Where cells go: below heads if there are any, else from a column on. `null`: a column that is not wanted. */
function places(first: readonly string[], from: Column): { to: (Column | null)[]; head: boolean } {
  const named = first.map((cell) => headOf(cell) ?? null);
  if (named.some((column) => column !== null)) return { to: named, head: true };
  return { to: COLUMNS.slice(COLUMNS.indexOf(from)), head: false };
}

/** The rows after something from a spreadsheet was put over them, beginning at a cell. */
export function pasted(rows: readonly Row[], text: string, at: number, from: Column): Row[] {
  const found = rowsOf(text);
  const [first] = found;
  if (!first) return [...rows];
  const { to, head } = places(first.cells, from);
  const after = [...rows];
  for (const [offset, { cells }] of found.slice(head ? 1 : 0).entries()) {
    const row = { ...(after[at + offset] ?? EMPTY) };
    cells.forEach((cell, index) => {
      const column = to[index];
      if (column) row[column] = cell;
    });
    after[at + offset] = row;
  }
  return after;
}

/** Whether a text is of more than one cell, and so of a spreadsheet. */
export function isTable(text: string): boolean {
  return text.trimEnd().includes('\n') || text.includes('\t');
}

/** What a row is if it does not say: most are villages, and what is called so is a branch or an office. */
export function kindOf(row: Row): OrganizationKind | undefined {
  if (row.kind.trim() !== '') return kindMeant(row.kind);
  const name = row.name.trim();
  if (/(支部|支部委员会)$/.test(name)) return 'branch';
  return /(所|站|办|办公室|中心)$/.test(name) ? 'office' : 'village';
}

/** Codes for the rows that have none, in their order: `QH-01`. None is one that is used. */
export function codesFor(
  rows: readonly Row[],
  own: string,
  there: readonly Organization[],
): string[] {
  const used = new Set([...there.map(({ code }) => code), ...rows.map(({ code }) => code.trim())]);
  let next = 1;
  return rows.map((row) => {
    if (row.code.trim() !== '' || isEmpty(row)) return row.code.trim();
    let code = '';
    do {
      code = `${own}-${String(next).padStart(2, '0')}`;
      next += 1;
    } while (used.has(code));
    return code;
  });
}

/** What is wrong at a cell. */
export type Troubles = ReadonlyMap<string, string>;

export const cellKey = (row: number, column: Column) => `${row}.${column}`;

interface Sending {
  rows: OrganizationRow[];
  /** Which row each of them is. */
  at: number[];
  troubles: Map<string, string>;
}

/** What is sent of the rows. A parent may be written by its code or by its name. */
export function sending(
  rows: readonly Row[],
  own: string,
  there: readonly Organization[],
): Sending {
  const codes = codesFor(rows, own, there);
  const known = new Set([...there.map(({ code }) => code), ...codes]);
  const named = new Map<string, string[]>();
  const name = (title: string, code: string) => {
    if (title !== '') named.set(title, [...(named.get(title) ?? []), code]);
  };
  for (const one of there) name(one.name, one.code);
  rows.forEach((row, index) => name(row.name.trim(), codes[index] ?? ''));
  const sent: Sending = { rows: [], at: [], troubles: new Map() };
  rows.forEach((row, index) => {
    if (isEmpty(row)) return;
    const parent = row.parent.trim();
    const called = known.has(parent) ? [parent] : (named.get(parent) ?? []);
    if (called.length > 1) {
      sent.troubles.set(cellKey(index, 'parent'), '有几个单位都叫这个名称，请写代码');
    }
    const kind = kindOf(row);
    if (kind === undefined) {
      const words = (['office', 'village', 'branch'] as const).map((one) => ORGANIZATION_KIND[one]);
      sent.troubles.set(cellKey(index, 'kind'), `不认识这个类别，请写${words.join('、')}`);
    }
    sent.at.push(index);
    sent.rows.push({
      name: row.name.trim(),
      kind: kind ?? 'village',
      code: codes[index] ?? '',
      parent_code: called[0] ?? parent,
    });
  });
  return sent;
}

const FIELDS: Record<string, Column> = {
  name: 'name',
  kind: 'kind',
  code: 'code',
  parent_code: 'parent',
};

/** What the server says of the rows, at their cells; `rest` belongs to none. */
export function troublesOf(
  fields: readonly FieldError[],
  at: readonly number[],
): { troubles: Map<string, string>; rest: string[] } {
  const troubles = new Map<string, string>();
  const rest: string[] = [];
  for (const { field, message } of fields) {
    const found = /^rows\[(\d+)\]\.(\w+)$/.exec(field);
    const row = at[Number(found?.[1])];
    const column = FIELDS[found?.[2] ?? ''];
    if (row === undefined || column === undefined) rest.push(message);
    // The first is enough to mend it.
    else if (!troubles.has(cellKey(row, column))) troubles.set(cellKey(row, column), message);
  }
  return { troubles, rest };
}

/** `1 个站所、78 个村、5 个支部` */
export function counted(rows: readonly OrganizationRow[]): string {
  const kinds = Object.keys(ORGANIZATION_KIND) as OrganizationKind[];
  return kinds
    .map((kind) => [rows.filter((row) => row.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} 个${ORGANIZATION_KIND[kind]}`)
    .join('、');
}
