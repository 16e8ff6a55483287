/**
 * A sheet of paper that is read by keyboard: a digit chooses an option and goes on, 0 leaves blank, Enter goes
 * on, Backspace goes back. Pure.
 */
import type { Answer, Question, QuestionForm } from '../../api/types';
import { answerTo, isBlank, neighbour, optionCount } from '../../forms/form';

export interface Sheet {
  /** Index of the question that is read; `null`: all are, and it can be handed in. */
  at: number | null;
  /** Row of a matrix that is read. */
  row: number;
  answers: Answer[];
  /** Digits of a number so far. */
  typed: string;
  /** Why the last key did nothing. */
  refused: string | null;
}

export type Key = { digit: number } | 'next' | 'back' | 'minus';

/** The key somebody pressed, if it means anything here. */
export function keyOf(name: string): Key | null {
  if (/^[0-9]$/.test(name)) return { digit: Number(name) };
  if (name === 'Enter') return 'next';
  if (name === 'Backspace') return 'back';
  return name === '-' ? 'minus' : null;
}

export function begun(form: QuestionForm): Sheet {
  return {
    at: form.questions.length > 0 ? 0 : null,
    row: 0,
    answers: [],
    typed: '',
    refused: null,
  };
}

function answered(sheet: Sheet, answer: Answer): Sheet {
  const others = sheet.answers.filter(({ question }) => question !== answer.question);
  return { ...sheet, answers: isBlank(answer) ? others : [...others, answer], refused: null };
}

function onward(form: QuestionForm, sheet: Sheet): Sheet {
  if (sheet.at === null) return sheet;
  const at = neighbour(form, sheet.at, 1, sheet.answers);
  return { ...sheet, at, row: 0, typed: '', refused: null };
}

const refuse = (sheet: Sheet, refused: string): Sheet => ({ ...sheet, refused });

function oneOf(form: QuestionForm, sheet: Sheet, question: Question, digit: number): Sheet {
  const chosen = digit === 0 ? [] : [digit - 1];
  return onward(form, answered(sheet, { question: question.id, chosen }));
}

function someOf(sheet: Sheet, question: Question, digit: number, most: number): Sheet {
  const { id } = question;
  if (digit === 0) return answered(sheet, { question: id, chosen: [] });
  const before = (answerTo(id, sheet.answers)?.chosen ?? []).filter((one) => one != null);
  const option = digit - 1;
  if (before.includes(option)) {
    return answered(sheet, { question: id, chosen: before.filter((one) => one !== option) });
  }
  if (before.length >= most)
    return refuse(sheet, `最多选 ${most} 个。纸上多选了，这题按空白录：按 0。`);
  return answered(sheet, { question: id, chosen: [...before, option].sort((a, b) => a - b) });
}

function rowOf(form: QuestionForm, sheet: Sheet, question: Question, digit: number): Sheet {
  if (question.kind.kind !== 'matrix') return sheet;
  const rows = question.kind.rows.length;
  const before = answerTo(question.id, sheet.answers)?.chosen ?? [];
  const chosen = Array.from({ length: rows }, (_, row) => before[row] ?? null);
  chosen[sheet.row] = digit === 0 ? null : digit - 1;
  const next = answered(sheet, { question: question.id, chosen });
  return sheet.row + 1 < rows ? { ...next, row: sheet.row + 1 } : onward(form, next);
}

function numbered(form: QuestionForm, sheet: Sheet, question: Question): Sheet {
  if (question.kind.kind !== 'number') return sheet;
  const { least, most } = question.kind;
  if (sheet.typed === '') return onward(form, answered(sheet, { question: question.id }));
  const number = Number(sheet.typed);
  if (!Number.isSafeInteger(number) || number < least || number > most) {
    return refuse({ ...sheet, typed: '' }, `要在 ${least} 到 ${most} 之间，请重新输入。`);
  }
  return onward(form, answered(sheet, { question: question.id, number }));
}

function digitIn(form: QuestionForm, sheet: Sheet, question: Question, digit: number): Sheet {
  const { kind } = question;
  if (kind.kind === 'number') {
    return sheet.typed.length >= 15
      ? refuse(sheet, '数太长。')
      : { ...sheet, typed: `${sheet.typed}${digit}`, refused: null };
  }
  const options = optionCount(question);
  if (digit > options) return refuse(sheet, `只有 1 到 ${options}；没有填的按 0。`);
  switch (kind.kind) {
    case 'several':
    case 'sentences':
      return someOf(sheet, question, digit, kind.most);
    case 'matrix':
      return rowOf(form, sheet, question, digit);
    default:
      return oneOf(form, sheet, question, digit);
  }
}

function back(form: QuestionForm, sheet: Sheet): Sheet {
  if (sheet.typed !== '') return { ...sheet, typed: sheet.typed.slice(0, -1), refused: null };
  if (sheet.row > 0) return { ...sheet, row: sheet.row - 1, refused: null };
  const from = sheet.at ?? form.questions.length;
  const at = neighbour(form, from, -1, sheet.answers);
  return at === null ? sheet : { ...sheet, at, row: 0, refused: null };
}

/** What becomes of the sheet by a key. */
export function pressed(form: QuestionForm, sheet: Sheet, key: Key): Sheet {
  if (key === 'back') return back(form, sheet);
  if (sheet.at === null) return sheet;
  const question = form.questions[sheet.at];
  if (question === undefined) return sheet;
  if (key === 'minus') {
    const may = question.kind.kind === 'number' && question.kind.least < 0 && sheet.typed === '';
    return may ? { ...sheet, typed: '-', refused: null } : sheet;
  }
  if (key !== 'next') return digitIn(form, sheet, question, key.digit);
  switch (question.kind.kind) {
    case 'number':
      return numbered(form, sheet, question);
    case 'several': {
      const { least } = question.kind;
      const count = answerTo(question.id, sheet.answers)?.chosen?.length ?? 0;
      return count > 0 && count < least
        ? refuse(sheet, `至少选 ${least} 个。纸上少选了，这题按空白录：按 0。`)
        : onward(form, sheet);
    }
    case 'matrix':
      return sheet.row + 1 < question.kind.rows.length
        ? { ...sheet, row: sheet.row + 1, refused: null }
        : onward(form, sheet);
    default:
      return onward(form, sheet);
  }
}

/** What was read of a question, in words. */
export function readWords(question: Question, answer: Answer | undefined): string {
  if (answer === undefined || isBlank(answer)) return '空白';
  const { kind } = question;
  const name = (options: readonly string[], index: number | null | undefined) =>
    index == null ? '空白' : `${index + 1} ${options[index] ?? ''}`;
  switch (kind.kind) {
    case 'number':
      return `${answer.number ?? ''}${kind.unit ?? ''}`;
    case 'matrix':
      return kind.rows
        .map((row, index) => `${row}：${name(kind.grades, answer.chosen?.[index])}`)
        .join('；');
    case 'grade':
      return name(kind.grades, answer.chosen?.[0]);
    case 'one':
    case 'several':
      return (answer.chosen ?? []).map((index) => name(kind.options, index)).join('、');
    case 'sentences':
      return (answer.chosen ?? []).map((index) => name(kind.sentences, index)).join('、');
    case 'unknown':
      return '';
  }
}
