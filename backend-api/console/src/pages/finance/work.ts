/** Accounts of a month or a quarter in the making. Pure: sums are the server's, nothing is computed from amounts here. */
import type { FinanceFault, FinancePicture, FinanceSheet, FinanceTable } from '../../api/types';

export interface Work {
  /** Name of the file; nothing for what was pasted. */
  file: string;
  /** Code of the organization. */
  organization: string;
  /** `2026-11`, `2026-Q3` */
  period: string;
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
  period: string,
  table: FinanceTable,
): Work {
  const width = Math.max(table.header.length, ...table.rows.map(({ cells }) => cells.length));
  const padded = (cells: readonly string[]) =>
    Array.from({ length: width }, (_, at) => cells[at] ?? '');
  return {
    file,
    organization,
    period,
    list: null,
    header: padded(table.header),
    rows: table.rows.map(({ line, cells }) => ({ line, cells: padded(cells) })),
    unread: table.complaints,
    pictures: [],
    explanation: '',
  };
}

export function sheetOf({ organization, period, list, header, rows }: Work): FinanceSheet {
  return {
    organization_code: organization,
    period,
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
  if (asks && work.explanation.trim() === '') {
    return `请写明和${periodWords(work.period).last}公示不一致的原因，会一起公示`;
  }
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

/** The quarters that can be chosen, the newest first: `2026-Q3`. */
export function quarters(today: string, count: number): string[] {
  const year = Number(today.slice(0, 4));
  const quarter = Math.ceil(Number(today.slice(5, 7)) / 3);
  return Array.from({ length: count }, (_, back) => {
    const at = year * 4 + (quarter - 1) - back;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  });
}

/** `2026年11月`, `2026年第三季度` */
export function periodName(period: string): string {
  const year = period.slice(0, 4);
  const quarter = /Q([1-4])$/.exec(period)?.[1];
  if (quarter !== undefined) return `${year}年第${'一二三四'[Number(quarter) - 1]}季度`;
  return `${year}年${Number(period.slice(5))}月`;
}

/** What this period, the one before and its end are called. */
export function periodWords(period: string) {
  return period.includes('Q')
    ? { this: '本季', last: '上季', end: '季末' }
    : { this: '本月', last: '上月', end: '月末' };
}

/** Fen as they are written: `5,432,418.39`. Integers alone, so nothing is rounded. */
export function yuan(fen: number): string {
  const all = Math.abs(fen);
  const rest = all % 100;
  const whole = String((all - rest) / 100).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${fen < 0 ? '-' : ''}${whole}.${String(rest).padStart(2, '0')}`;
}

/** How an item stands to the period before: `+ 1,200.00`, `本月没有`. */
export function change(
  fen: number | null | undefined,
  before: number | null | undefined,
  period: string,
): string {
  const words = periodWords(period);
  if (before == null) return fen == null ? '' : `${words.last}没有`;
  if (fen == null) return `${words.this}没有`;
  if (fen === before) return '一样';
  return `${fen > before ? '+' : '−'} ${yuan(Math.abs(fen - before))}`;
}
