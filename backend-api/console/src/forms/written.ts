/**
 * A form as text: a table as it is imported (题目、类型、选项 and what else a question needs), copied from a
 * spreadsheet or from a file; or JSON as the server has it. Pure.
 */
import type { OnlyIf, Question, QuestionForm, QuestionKind } from '../api/types';
import type { Row } from './table';
import { rowsOf, rowText } from './table';

/** What is wrong with a text, for whoever wrote it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** The questions that a text has. @throws Unreadable */
export function formOf(text: string): QuestionForm {
  const written = text.trim();
  if (written === '') throw new Unreadable('还没有题目。');
  return written.startsWith('{') || written.startsWith('[') ? fromJson(written) : fromTable(text);
}

/** The text of a form from which the same form is read again: a table, where one can say all of it. */
export function textOf(form: QuestionForm): string {
  const table = [
    rowText(
      Object.values(COLUMNS).map(([name]) => name),
      '\t',
    ),
    ...form.questions.map((question) => rowText(cellsOf(form, question), '\t')),
  ].join('\n');
  try {
    if (JSON.stringify(formOf(table)) === JSON.stringify(whole(form))) return table;
  } catch {
    // A table cannot say it.
  }
  return JSON.stringify(form, null, 2);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fromJson(text: string): QuestionForm {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable('这段 JSON 读不出来：括号、引号或逗号没有配好。');
  }
  // A whole draft may be given, its form, or the questions alone.
  const form = isObject(value) && isObject(value.form) ? value.form : value;
  const questions = isObject(form) ? form.questions : form;
  if (!Array.isArray(questions)) throw new Unreadable('没有找到题目（questions）。');
  if (questions.length === 0) throw new Unreadable('还没有题目。');
  questions.forEach((question: unknown, index) => {
    const is =
      isObject(question) &&
      typeof question.id === 'string' &&
      typeof question.text === 'string' &&
      isObject(question.kind) &&
      typeof question.kind.kind === 'string';
    if (!is) throw new Unreadable(`第 ${index + 1} 题要有 id、text 和 kind。`);
  });
  // What else may be wrong the server says, question by question.
  return { questions: questions as Question[] };
}

/** The columns, each with the names it may have; the order is that of a table without a head. */
const COLUMNS = {
  text: ['题目', '问题', '内容'],
  kind: ['类型', '题型'],
  options: ['选项', '等级', '句子'],
  rows: ['评谁', '被评人', '被评单位'],
  least: ['最少', '最小'],
  most: ['最多', '最大'],
  unit: ['单位', '计量单位'],
  required: ['必答', '必填'],
  page: ['页', '页码'],
  only_if: ['条件', '什么时候问'],
  hint: ['提示', '说明'],
} as const satisfies Record<string, readonly string[]>;

type Column = keyof typeof COLUMNS;
type Written = Partial<Record<Column, string>>;

const NAMES = Object.keys(COLUMNS) as Column[];

const KINDS: Readonly<Record<string, QuestionKind['kind']>> = {
  单选: 'one',
  单选题: 'one',
  多选: 'several',
  多选题: 'several',
  等级: 'grade',
  等级题: 'grade',
  满意度: 'grade',
  数字: 'number',
  填数: 'number',
  选句: 'sentences',
  句子: 'sentences',
  意见: 'sentences',
  逐个评: 'matrix',
  逐一评: 'matrix',
  矩阵: 'matrix',
};

const KIND_NAME: Readonly<Record<QuestionKind['kind'], string>> = {
  one: '单选',
  several: '多选',
  grade: '等级',
  number: '数字',
  sentences: '选句',
  matrix: '逐个评',
  unknown: '',
};

/** What a grade is called that says nothing. */
const UNKNOWN = /^(不清楚|不了解|说不清|不知道|弃权)$/;

/** Between options in one cell; somebody who uses another mark wants the enumeration comma in an option. */
const BETWEEN = [';', '；', '｜', '|', '、', '/'] as const;

function parts(text: string): string[] {
  const mark = BETWEEN.find((one) => text.includes(one));
  return (mark === undefined ? [text] : text.split(mark))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function fromTable(text: string): QuestionForm {
  const rows = rowsOf(text);
  const columns = headOf(rows[0]);
  const questions: Question[] = [];
  for (const row of columns === null ? rows : rows.slice(1)) {
    questions.push(questionOf(writtenOf(row, columns), row.line, questions));
  }
  if (questions.length === 0) throw new Unreadable('还没有题目。');
  return { questions };
}

/** The columns that a head names; `null`: the first row is a question. */
function headOf(first: Row | undefined): (Column | undefined)[] | null {
  const named = (cell: string) =>
    NAMES.find((column) =>
      (COLUMNS[column] as readonly string[]).includes(cell.replace(/（.*）/, '')),
    );
  if (first === undefined || named(first.cells[0] ?? '') === undefined) return null;
  const columns = first.cells.map(named);
  const strange = first.cells.find((cell, at) => cell !== '' && columns[at] === undefined);
  if (strange !== undefined) throw new Unreadable(`不认识“${strange}”这一列。`);
  const twice = columns.find((one, at) => one !== undefined && columns.indexOf(one) !== at);
  if (twice !== undefined) throw new Unreadable(`“${COLUMNS[twice][0]}”这一列有两个。`);
  return columns;
}

function writtenOf({ cells }: Row, columns: (Column | undefined)[] | null): Written {
  if (columns !== null) {
    return Object.fromEntries(
      columns.flatMap((name, at) => (name ? [[name, cells[at] ?? '']] : [])),
    );
  }
  const [text = '', kind = '', ...rest] = cells;
  const options = rest.filter((cell) => cell !== '');
  if (KINDS[kind] === 'number') {
    const [least = '', most = '', unit = ''] = options;
    return { text, kind, least, most, unit };
  }
  // An option a cell, or all of them in one.
  return { text, kind, options: options.join(options.length > 1 ? ';' : '') };
}

function questionOf(written: Written, line: number, before: readonly Question[]): Question {
  const place = `第 ${line} 行`;
  const text = written.text ?? '';
  if (text === '') throw new Unreadable(`${place}没有写题目。`);
  const page = integer(written.page, place, '页') ?? before[before.length - 1]?.page ?? 1;
  const condition = written.only_if ?? '';
  return {
    id: `q${before.length + 1}`,
    text,
    hint: written.hint ?? '',
    required: !/^(否|no|false|不必|选答)$/.test(written.required ?? ''),
    page,
    ...(condition === '' ? {} : { only_if: conditionOf(condition, place, before) }),
    kind: kindOf(written, place),
  };
}

function integer(text: string | undefined, place: string, name: string): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Unreadable(`${place}的${name}“${text}”要写整数。`);
  return number;
}

function kindOf(written: Written, place: string): QuestionKind {
  const name = written.kind ?? '';
  const kind = KINDS[name];
  const options = parts(written.options ?? '');
  const least = () => integer(written.least, place, '最少');
  const most = () => integer(written.most, place, '最多');
  const unknown_last = UNKNOWN.test(options[options.length - 1] ?? '');
  if (kind === undefined) {
    throw new Unreadable(
      `${place}的类型“${name}”不认识，请写：单选、多选、等级、数字、选句、逐个评。`,
    );
  }
  if (kind !== 'number' && options.length < 2) {
    throw new Unreadable(`${place}至少要有两个选项，用“、”隔开。`);
  }
  switch (kind) {
    case 'one':
      return { kind, options };
    case 'several':
      return { kind, options, least: least() ?? 1, most: most() ?? options.length };
    case 'grade':
      return { kind, grades: options, unknown_last };
    case 'sentences':
      return { kind, sentences: options, most: most() ?? options.length };
    case 'matrix': {
      const rows = parts(written.rows ?? '');
      if (rows.length === 0) throw new Unreadable(`${place}要写评谁，用“、”隔开。`);
      return { kind, rows, grades: options, unknown_last };
    }
    default: {
      const [low, high] = [least(), most()];
      if (low === undefined || high === undefined) {
        throw new Unreadable(`${place}是数字题，要写明最小和最大。`);
      }
      return { kind: 'number', least: low, most: high, unit: written.unit ?? '' };
    }
  }
}

/** `2：不满意、很不满意`: the question by its place, its options by their words. */
function conditionOf(text: string, place: string, before: readonly Question[]): OnlyIf {
  const found = /^(?:第|q)?\s*(\d+)\s*题?\s*[：:=＝](.*)$/i.exec(text);
  const number = Number(found?.[1]);
  const earlier = before[number - 1];
  if (!found || earlier === undefined) {
    throw new Unreadable(`${place}的条件要写成“前面题的序号：选项”，例如 2：不满意、很不满意。`);
  }
  const options = choices(earlier);
  const words = (found[2] ?? '').trim();
  // An option may itself have a mark in it.
  const wanted = options.includes(words) ? [words] : parts(words);
  const any_of = wanted.map((word) => options.indexOf(word));
  const wrong = any_of.indexOf(-1);
  if (any_of.length === 0 || wrong >= 0) {
    throw new Unreadable(
      `${place}的条件里，第 ${number} 题没有选项“${wanted[wrong] ?? ''}”，有的是：${options.join('、')}。`,
    );
  }
  return { question: earlier.id, any_of: [...new Set(any_of)].sort((a, b) => a - b) };
}

/** The options that a later question can depend on. */
function choices({ kind }: Question): string[] {
  if (kind.kind === 'one' || kind.kind === 'several') return kind.options;
  return kind.kind === 'grade' ? kind.grades : [];
}

function cellsOf(
  form: QuestionForm,
  { text, kind, hint, required, page, only_if }: Question,
): string[] {
  const joined = (all: readonly string[]) =>
    all.join(all.some((one) => one.includes('、')) ? '|' : '、');
  const at = form.questions.findIndex(({ id }) => id === only_if?.question);
  const earlier = form.questions[at];
  const conditions = (only_if?.any_of ?? []).map(
    (option) => (earlier ? choices(earlier)[option] : '') ?? '',
  );
  const cells: Record<Column, string> = {
    text,
    kind: KIND_NAME[kind.kind],
    options: '',
    rows: '',
    least: '',
    most: '',
    unit: '',
    required: required === true ? '' : '否',
    page: String(page ?? 0),
    only_if: only_if ? `${at + 1}：${joined(conditions)}` : '',
    hint: hint ?? '',
  };
  switch (kind.kind) {
    case 'one':
      cells.options = joined(kind.options);
      break;
    case 'several':
      cells.options = joined(kind.options);
      cells.least = String(kind.least);
      cells.most = String(kind.most);
      break;
    case 'grade':
      cells.options = joined(kind.grades);
      break;
    case 'number':
      cells.least = String(kind.least);
      cells.most = String(kind.most);
      cells.unit = kind.unit ?? '';
      break;
    case 'sentences':
      cells.options = joined(kind.sentences);
      cells.most = String(kind.most);
      break;
    case 'matrix':
      cells.options = joined(kind.grades);
      cells.rows = joined(kind.rows);
      break;
    case 'unknown':
      break;
  }
  return NAMES.map((name) => cells[name]);
}

/** The form with nothing left out that may be, its members in the order in which they are read. */
function whole(form: QuestionForm): QuestionForm {
  return {
    questions: form.questions.map(({ id, text, hint, required, page, only_if, kind }) => ({
      id,
      text,
      hint: hint ?? '',
      required: required ?? false,
      page: page ?? 0,
      ...(only_if == null
        ? {}
        : { only_if: { question: only_if.question, any_of: only_if.any_of } }),
      kind: wholeKind(kind),
    })),
  };
}

function wholeKind(kind: QuestionKind): QuestionKind {
  switch (kind.kind) {
    case 'one':
      return { kind: kind.kind, options: kind.options };
    case 'several':
      return { kind: kind.kind, options: kind.options, least: kind.least, most: kind.most };
    case 'grade':
      return { kind: kind.kind, grades: kind.grades, unknown_last: kind.unknown_last ?? false };
    case 'number':
      return { kind: kind.kind, least: kind.least, most: kind.most, unit: kind.unit ?? '' };
    case 'sentences':
      return { kind: kind.kind, sentences: kind.sentences, most: kind.most };
    case 'matrix':
      return {
        kind: kind.kind,
        rows: kind.rows,
        grades: kind.grades,
        unknown_last: kind.unknown_last ?? false,
      };
    case 'unknown':
      return kind;
  }
}
