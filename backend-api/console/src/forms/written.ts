/**
 * A form as text: JSON as the server has it, or rows as they are copied from a table (题目、类型、选项…, by tabs
 * or commas). Pure.
 */
import type { Question, QuestionForm, QuestionKind } from '../api/types';

/** What is wrong with a text, for whoever wrote it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** The questions that a text has. @throws Unreadable */
export function formOf(text: string): QuestionForm {
  const written = text.trim();
  if (written === '') throw new Unreadable('还没有题目。');
  return written.startsWith('{') || written.startsWith('[') ? fromJson(written) : fromRows(written);
}

/** The text of a form, from which the same form is read again. */
export function textOf(form: QuestionForm): string {
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

/** The cells of a line: by tabs where it has some, otherwise by commas. */
function cells(line: string): string[] {
  const by = line.includes('\t') ? '\t' : /[,，]/;
  return line.split(by).map((cell) => cell.trim());
}

const KINDS: Readonly<Record<string, 'one' | 'several' | 'grade' | 'number' | 'sentences'>> = {
  单选: 'one',
  选一个: 'one',
  多选: 'several',
  选几个: 'several',
  等级: 'grade',
  评等次: 'grade',
  填数: 'number',
  数字: 'number',
  句子: 'sentences',
  挑几句话: 'sentences',
};

function kindOf(name: string, options: string[], line: number): QuestionKind {
  const place = `第 ${line} 行`;
  const kind = KINDS[name];
  if (kind === undefined) {
    throw new Unreadable(
      `${place}的类型“${name}”不认识，请写：单选、多选、等级、填数、句子。逐个评分的表请用 JSON。`,
    );
  }
  if (kind === 'number') {
    const [least, most] = [Number(options[0]), Number(options[1])];
    if (options.length < 2 || !Number.isSafeInteger(least) || !Number.isSafeInteger(most)) {
      throw new Unreadable(`${place}要写最小的数、最大的数，再写单位（可以不写）。`);
    }
    return { kind, least, most, unit: options[2] ?? '' };
  }
  if (options.length < 2) throw new Unreadable(`${place}至少要有两个选项。`);
  switch (kind) {
    case 'one':
      return { kind, options };
    case 'several':
      return { kind, options, least: 1, most: options.length };
    case 'sentences':
      return { kind, sentences: options, most: options.length };
    case 'grade':
      return { kind, grades: options, unknown_last: /^(不清楚|不了解)$/.test(options.at(-1) ?? '') };
  }
}

function fromRows(text: string): QuestionForm {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: index + 1, cells: cells(line.trim()) }))
    .filter(({ cells: [first = ''] }) => first !== '' && first !== '题目');
  if (lines.length === 0) throw new Unreadable('还没有题目。');
  return {
    questions: lines.map(({ line, cells: [words = '', kind = '', ...rest] }, index) => ({
      id: `q${index + 1}`,
      text: words,
      required: true,
      kind: kindOf(
        kind,
        rest.filter((option) => option !== ''),
        line,
      ),
    })),
  };
}
