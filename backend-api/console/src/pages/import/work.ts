/** A table that is being imported: what was read, changed, left out and written. Pure. */
import type { RowDouble } from '../../api/types';
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
  sum: Sum;
  /** Lines of people that the server has judged as they are now. */
  judged: ReadonlySet<number>;
  /** Rows that may be somebody who is registered, by lines of this table. */
  doubles: readonly RowDouble[];
  /** Whether a row is somebody, by line and member. */
  choices: ReadonlyMap<string, boolean>;
  /** What was sent, and the key it is known by: sent again it counts once. */
  keys: ReadonlyMap<string, string>;
}

export interface Sum {
  added: number;
  changed: number;
  unchanged: number;
  /** Rows that are somebody of another organization: nothing was written of them. */
  elsewhere: number;
}

const choiceKey = (line: number, member: string) => `${line} ${member}`;

/** What was decided of a row and somebody; `undefined`: nothing yet. */
export function chosen(
  { choices }: Pick<Work, 'choices'>,
  line: number,
  member: string,
): boolean | undefined {
  return choices.get(choiceKey(line, member));
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
    sum: { added: 0, changed: 0, unchanged: 0, elsewhere: 0 },
    judged: new Set(),
    doubles: [],
    choices: new Map(),
    keys: new Map(),
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
    ...unjudged(work, line),
  };
}

/** The row is to be judged again, and what was decided of it was about something else. */
function unjudged(work: Work, line: number): Pick<Work, 'judged' | 'doubles' | 'choices'> {
  const own = choiceKey(line, '');
  return {
    judged: new Set([...work.judged].filter((one) => one !== line)),
    doubles: work.doubles.filter((one) => one.line !== line),
    choices: new Map([...work.choices].filter(([key]) => !key.startsWith(own))),
  };
}

/** Every row says something else now. */
const ANEW = {
  said: [],
  judged: new Set<number>(),
  doubles: [],
  choices: new Map<string, boolean>(),
};

export function withField(work: Work, at: number, field: Field | null): Work {
  const fields = assigned(work.sheet.fields, at, field);
  return { ...work, ...ANEW, sheet: { ...work.sheet, fields } };
}

export function withInto(work: Work, into: string): Work {
  return { ...work, ...ANEW, into };
}

/** Decides whether a row is somebody. Nobody is two people: with one of them they are none of the others. */
export function withChoice(work: Work, line: number, member: string, same: boolean): Work {
  const choices = new Map(work.choices);
  const double = work.doubles.find((one) => one.line === line);
  for (const { member_id } of double?.like ?? []) {
    if (same) choices.set(choiceKey(line, member_id), false);
  }
  choices.set(choiceKey(line, member), same);
  const judged = new Set([...work.judged].filter((one) => one !== line));
  return { ...work, choices, judged, said: work.said.filter((one) => one.line !== line) };
}

/** Rows that may be somebody, and are not decided. */
export function undecided(work: Work): RowDouble[] {
  return work.doubles.filter(({ line, like }) =>
    like.some(({ member_id }) => chosen(work, line, member_id) === undefined),
  );
}

/** Takes what the server says of some lines as they are now. */
export function judgedBy(
  work: Work,
  lines: readonly number[],
  said: readonly Problem[],
  doubles: readonly RowDouble[],
): Work {
  const these = new Set(lines);
  const others = ({ line }: { line: number }) => !these.has(line);
  return {
    ...work,
    judged: new Set([...work.judged, ...lines]),
    said: [...work.said.filter(others), ...said.filter(({ line }) => these.has(line))],
    doubles: [
      ...work.doubles.filter(others),
      ...doubles.filter(({ line }) => these.has(line)),
    ].sort((a, b) => a.line - b.line),
  };
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
  const at = sheet.fields.indexOf('name');
  const doubts = undecided(work).map(({ line, like }): Problem => {
    const who = like.map(({ person }) => `${person.name}（${person.organization.name}）`);
    const words = `可能和登记过的${who.join('、')}是同一个人，请选`;
    return { line, at: at < 0 ? null : at, words, double: true };
  });
  return [...found, ...said, ...doubts]
    .filter(({ line }) => !written.has(line) && !skipped.has(line))
    .sort((a, b) => a.line - b.line);
}

/** The rows in which nothing is wrong as far as is known. */
function fine(work: Work, problems: readonly Problem[]): Row[] {
  const wrong = new Set(problems.map(({ line }) => line));
  return work.sheet.rows.filter(
    ({ line }) => !work.written.has(line) && !work.skipped.has(line) && !wrong.has(line),
  );
}

/** The rows that would be written now: of people those that the server has judged. */
export function ready(work: Work, problems: readonly Problem[]): Row[] {
  const rows = fine(work, problems);
  return work.what === 'members' ? rows.filter(({ line }) => work.judged.has(line)) : rows;
}

/** The rows that the server is still to judge; what is wrong by itself is mended first. */
export function toJudge(work: Work, problems: readonly Problem[]): Row[] {
  if (work.what !== 'members') return [];
  const settled = problems.filter(({ double }) => double !== true);
  return fine(work, settled).filter(({ line }) => !work.judged.has(line));
}

/** With what the server did to some rows: those it does not complain of are written. */
export function answered(
  work: Work,
  lines: readonly number[],
  said: readonly Problem[],
  report: Omit<Sum, 'elsewhere'> & { elsewhere?: number },
): Work {
  const refused = new Set(said.map(({ line }) => line));
  const taken = lines.filter((line) => !refused.has(line));
  return {
    ...work,
    written: new Set([...work.written, ...taken]),
    said: [...work.said.filter(({ line }) => !lines.includes(line)), ...said],
    sum: {
      added: work.sum.added + report.added,
      changed: work.sum.changed + report.changed,
      unchanged: work.sum.unchanged + report.unchanged,
      elsewhere: work.sum.elsewhere + (report.elsewhere ?? 0),
    },
  };
}
