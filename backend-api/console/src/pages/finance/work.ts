/** A month's accounts in the making. Pure: sums are the server's, nothing is computed from amounts here. */
import type { FinanceFault, FinancePicture, FinanceSheet, FinanceTable } from '../../api/types';

export interface Work {
  /** Name of the file; nothing for what was pasted. */
  file: string;
  /** Code of the organization. */
  organization: string;
  /** `2026-11` */
  month: string;
  /** The list; nothing: the one for finances. */
  list: string | null;
  header: string[];
  rows: { line: number; cells: string[] }[];
  /** What could not be read. */
  unread: FinanceTable['complaints'];
  pictures: FinancePicture[];
  explanation: string;
}

export function begun(
  file: string,
  organization: string,
  month: string,
  table: FinanceTable,
): Work {
  const width = Math.max(table.header.length, ...table.rows.map(({ cells }) => cells.length));
  const padded = (cells: readonly string[]) =>
    Array.from({ length: width }, (_, at) => cells[at] ?? '');
  return {
    file,
    organization,
    month,
    list: null,
    header: padded(table.header),
    rows: table.rows.map(({ line, cells }) => ({ line, cells: padded(cells) })),
    unread: table.complaints,
    pictures: [],
    explanation: '',
  };
}

export function sheetOf({ organization, month, list, header, rows }: Work): FinanceSheet {
  return {
    organization_code: organization,
    month,
    ...(list === null ? {} : { list }),
    header,
    rows,
  };
}

export function withCell(work: Work, line: number, at: number, text: string): Work {
  const rows = work.rows.map((row) =>
    row.line === line
      ? { ...row, cells: row.cells.map((cell, n) => (n === at ? text : cell)) }
      : row,
  );
  return { ...work, rows };
}

export function withHeader(work: Work, at: number, text: string): Work {
  return { ...work, header: work.header.map((name, n) => (n === at ? text : name)) };
}

/** Without a row, and without the photographs that belong to it. */
export function withoutRow(work: Work, line: number): Work {
  return {
    ...work,
    rows: work.rows.filter((row) => row.line !== line),
    pictures: work.pictures.filter((one) => (one.line ?? null) !== line),
  };
}

/** With a row below the last one. */
export function withRow(work: Work): Work {
  const line = Math.max(1, ...work.rows.map((row) => row.line)) + 1;
  return { ...work, rows: [...work.rows, { line, cells: work.header.map(() => '') }] };
}

export function withPicture(work: Work, picture: FinancePicture): Work {
  return { ...work, pictures: [...work.pictures, picture] };
}

export function withoutPicture(work: Work, picture: FinancePicture): Work {
  return { ...work, pictures: work.pictures.filter((one) => one !== picture) };
}

/** What is said of a cell; of a whole row it stands at its first one. */
export function faultsAt(
  faults: readonly FinanceFault[],
  line: number,
  at: number,
): FinanceFault[] {
  return faults.filter((one) => one.line === line && (one.column ?? 0) === at);
}

/** Why no draft can be made yet, in words; nothing: it can. */
export function barred(work: Work, faults: readonly FinanceFault[]): string | null {
  const wrong = faults.filter(({ weight }) => weight === 'wrong').length;
  if (wrong > 0) return `还有 ${wrong} 处不对，改好才能生成草稿`;
  const asks = faults.some(({ weight }) => weight === 'explain');
  if (asks && work.explanation.trim() === '') return '请写明和上月公示不一致的原因，会一起公示';
  return null;
}

/** The months that can be chosen, the newest first: `2026-11`. */
export function months(today: string, count: number): string[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  return Array.from({ length: count }, (_, back) => {
    const at = year * 12 + (month - 1) - back;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  });
}

/** `2026年11月` */
export function monthWords(month: string): string {
  return `${month.slice(0, 4)}年${Number(month.slice(5))}月`;
}

/** Fen as they are written: `5,432,418.39`. Integers alone, so nothing is rounded. */
export function yuan(fen: number): string {
  const all = Math.abs(fen);
  const rest = all % 100;
  const whole = String((all - rest) / 100).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '-' : ''}${whole}.${String(rest).padStart(2, '0')}`;
}

/** How an item stands to the month before: `+ 1,200.00`, `没有了`. */
export function change(fen: number | null | undefined, before: number | null | undefined): string {
  if (before == null) return fen == null ? '' : '上月没有';
  if (fen == null) return '这月没有';
  if (fen === before) return '一样';
  return `${fen > before ? '+' : '−'} ${yuan(Math.abs(fen - before))}`;
}
