/** Which column of a table is which, by the words over it. Pure. */

export type What = 'members' | 'households';

export type MemberField =
  | 'organization_code'
  | 'name'
  | 'status'
  | 'id_number'
  | 'phone'
  | 'card'
  | 'joined_on'
  | 'exempt_reason'
  | 'household';
export type Field = MemberField | 'terminal';

export interface Column {
  field: Field;
  /** As the server's lists call it. */
  title: string;
  /** What else people write over it. */
  also: readonly string[];
}

/** What the server reads, in the order of its guide. */
export const COLUMNS: Record<What, readonly Column[]> = {
  members: [
    {
      field: 'organization_code',
      title: '组织代码',
      also: ['组织', '所在组织', '单位', '单位代码'],
    },
    { field: 'name', title: '姓名', also: ['党员姓名', '名字'] },
    { field: 'status', title: '身份', also: ['人员类别', '类别', '党员类别'] },
    { field: 'id_number', title: '身份证号', also: ['身份证号码', '公民身份号码', '身份证'] },
    { field: 'phone', title: '电话', also: ['手机', '手机号', '手机号码', '联系电话', '联系方式'] },
    { field: 'card', title: '卡号', also: ['党员卡号'] },
    { field: 'joined_on', title: '入党日期', also: ['入党时间', '加入日期'] },
    { field: 'exempt_reason', title: '免点名原因', also: ['免点名'] },
    { field: 'household', title: '户名', also: ['户', '户号'] },
  ],
  households: [
    {
      field: 'organization_code',
      title: '组织代码',
      also: ['组织', '所在组织', '单位', '单位代码'],
    },
    { field: 'name', title: '户名', also: ['户', '户号'] },
    { field: 'terminal', title: '电视', also: ['电视名称'] },
  ],
};

/** Without spaces, line breaks, and what stands in brackets. */
function bare(header: string): string {
  return header.replace(/[（(【[][^）)】\]]*[）)】\]]/g, '').replace(/[\s*＊:：]/g, '');
}

/** Of each column what it is; `null`: not known, it is left out. What stands twice counts once. */
export function matched(what: What, header: readonly string[]): (Field | null)[] {
  const taken = new Set<Field>();
  return header.map((text) => {
    const name = bare(text);
    const found = COLUMNS[what].find(({ title, also }) => title === name || also.includes(name));
    if (found === undefined || taken.has(found.field)) return null;
    taken.add(found.field);
    return found.field;
  });
}

export interface Row {
  /** Line of the sheet, from 1. */
  line: number;
  cells: string[];
}

export interface Sheet {
  header: string[];
  rows: Row[];
  fields: (Field | null)[];
}

/** Lines above the header that only say what the table is. */
const TITLES = 3;

/**
 * The table of what was read: empty rows are left out, and so is a title above the header. `null`: there is
 * nothing in it.
 */
export function sheetOf(what: What, read: readonly Row[]): Sheet | null {
  const filled = read
    .map(({ line, cells }) => ({ line, cells: cells.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const known = (cells: readonly string[]) =>
    matched(what, cells).filter((field) => field !== null).length;
  const firsts = filled.slice(0, TITLES + 1).map(({ cells }) => known(cells));
  const best = Math.max(0, ...firsts);
  const at = best === 0 ? 0 : firsts.indexOf(best);
  const header = filled[at]?.cells;
  if (header === undefined) return null;
  const rows = filled.slice(at + 1);
  const width = Math.max(header.length, ...rows.map(({ cells }) => cells.length));
  const padded = (cells: readonly string[]) =>
    Array.from({ length: width }, (_, n) => cells[n] ?? '');
  return {
    header: padded(header),
    rows: rows.map(({ line, cells }) => ({ line, cells: padded(cells) })),
    fields: matched(what, padded(header)),
  };
}

/** The columns with one of them said to be something; what was that before is nothing then. */
export function assigned(
  fields: readonly (Field | null)[],
  at: number,
  field: Field | null,
): (Field | null)[] {
  return fields.map((one, n) => (n === at ? field : one === field ? null : one));
}

/** `A`, `B` … `AA`: how spreadsheets call a column. */
export function letter(at: number): string {
  const rest = Math.floor(at / 26);
  return (rest > 0 ? letter(rest - 1) : '') + String.fromCharCode(65 + (at % 26));
}
