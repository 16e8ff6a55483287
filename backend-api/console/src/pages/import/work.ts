/** A table that is being imported: what was read, changed, left out and written. Pure. */
import type { MemberImportReport } from '../../api/types';
import type { Field, Row, Sheet, What } from './columns';
import { assigned } from './columns';
import type { Problem, Rules } from './problems';
import { problemsOf } from './problems';

export interface Work {
  what: What;
  /** Name of the file; nothing for what was pasted. */
  file: string;
  sheet: Sheet;
  /** Code of the organization of rows that name none. */
  into: string;
  /** Lines that are left out for now. */
  skipped: ReadonlySet<number>;
  /** Lines that the server has. */
  written: ReadonlySet<number>;
  /** What the server said of rows that it left out; gone when something of the row is changed. */
  said: readonly Problem[];
  /** What became of all that was written. */
  sum: { added: number; changed: number; unchanged: number };
  /** Rows like somebody who is registered elsewhere, in words. */
  alike: readonly string[];
}

export function begun(what: What, file: string, sheet: Sheet, into: string): Work {
  return {
    what,
    file,
    sheet,
    into,
    skipped: new Set(),
    written: new Set(),
    said: [],
    sum: { added: 0, changed: 0, unchanged: 0 },
    alike: [],
  };
}

/** Whether somebody would lose something with it. */
export function isLeft(work: Work): boolean {
  return work.written.size < work.sheet.rows.length;
}

export function withCell(work: Work, line: number, at: number, text: string): Work {
  const rows = work.sheet.rows.map((row) =>
    row.line === line
      ? { ...row, cells: row.cells.map((cell, n) => (n === at ? text.trim() : cell)) }
      : row,
  );
  const written = new Set(work.written);
  written.delete(line);
  return {
    ...work,
    sheet: { ...work.sheet, rows },
    written,
    said: work.said.filter((one) => one.line !== line),
  };
}

export function withField(work: Work, at: number, field: Field | null): Work {
  return { ...work, sheet: { ...work.sheet, fields: assigned(work.sheet.fields, at, field) } };
}

export function withSkipped(work: Work, line: number, skip: boolean): Work {
  const skipped = new Set(work.skipped);
  if (skip) skipped.add(line);
  else skipped.delete(line);
  return { ...work, skipped };
}

/** What is wrong with rows that are not written yet: found here, and said by the server. */
export function problemsIn(work: Work, rules: Omit<Rules, 'what' | 'fields' | 'into'>): Problem[] {
  const { sheet, what, into, written, skipped, said } = work;
  const found = problemsOf(sheet.rows, { ...rules, what, fields: sheet.fields, into });
  return [...found, ...said]
    .filter(({ line }) => !written.has(line) && !skipped.has(line))
    .sort((a, b) => a.line - b.line);
}

/** The rows that would be written now. */
export function ready(work: Work, problems: readonly Problem[]): Row[] {
  const wrong = new Set(problems.map(({ line }) => line));
  return work.sheet.rows.filter(
    ({ line }) => !work.written.has(line) && !work.skipped.has(line) && !wrong.has(line),
  );
}

/** With what the server did to some rows: those it does not complain of are written. */
export function answered(
  work: Work,
  lines: readonly number[],
  said: readonly Problem[],
  report: MemberImportReport,
  lineOf: (line: number) => number,
): Work {
  const refused = new Set(said.map(({ line }) => line));
  const taken = lines.filter((line) => !refused.has(line));
  const people = report.duplicates.map(({ line, like }) => {
    const who = like.map(({ name, organization }) => `${name}（${organization.name}）`).join('、');
    return `第 ${lineOf(line)} 行和 ${who} 可能是一个人，已登记，没有合并`;
  });
  return {
    ...work,
    written: new Set([...work.written, ...taken]),
    said: [...work.said.filter(({ line }) => !lines.includes(line)), ...said],
    sum: {
      added: work.sum.added + report.added,
      changed: work.sum.changed + report.changed,
      unchanged: work.sum.unchanged + report.unchanged,
    },
    alike: [...work.alike, ...people],
  };
}
