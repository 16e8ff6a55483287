/**
 * What is done to the questions of a form while it is written; each answers another form. Conditions keep meaning the
 * options they meant, and pages stay in order, whatever is moved. Pure.
 */
import type { OnlyIf, Question, QuestionForm, QuestionKind } from '../api/types';
import { optionsOf } from './form';

export type Kind = Exclude<QuestionKind['kind'], 'unknown'>;

/** At most so many questions a form has. */
export const MOST_QUESTIONS = 60;

/** What is written of a kind before anything is. */
export const BLANK: Readonly<Record<Kind, () => QuestionKind>> = {
  one: () => ({ kind: 'one', options: ['', ''] }),
  several: () => ({ kind: 'several', options: ['', '', ''], least: 1, most: 2 }),
  grade: () => ({ kind: 'grade', grades: grades(), unknown_last: true }),
  number: () => ({ kind: 'number', least: 0, most: 100, unit: '' }),
  sentences: () => ({ kind: 'sentences', sentences: ['', ''], most: 1 }),
  matrix: () => ({ kind: 'matrix', rows: [''], grades: grades(), unknown_last: true }),
};

const grades = () => ['满意', '基本满意', '不满意', '不了解'];

function withLines(kind: QuestionKind, lines: string[]): QuestionKind {
  switch (kind.kind) {
    case 'one':
    case 'several':
      return { ...kind, options: lines };
    case 'grade':
    case 'matrix':
      return { ...kind, grades: lines };
    case 'sentences':
      return { ...kind, sentences: lines };
    default:
      return kind;
  }
}

/** Whether a later question can depend on it. */
export function branches({ kind: { kind } }: Question): boolean {
  return kind === 'one' || kind === 'several' || kind === 'grade';
}

const inserted = <T>(all: readonly T[], at: number, one: T): T[] => [
  ...all.slice(0, at),
  one,
  ...all.slice(at),
];
const without = <T>(all: readonly T[], at: number): T[] => all.filter((_, other) => other !== at);
const replaced = <T>(all: readonly T[], at: number, one: T): T[] =>
  all.map((other, place) => (place === at ? one : other));

/** A question, and whether a page begins with it. */
interface Piece {
  question: Question;
  breaks: boolean;
}

const pageOf = (question: Question | undefined): number => question?.page ?? 0;

/** Whether a page begins with a question that is not the first. */
export function breaksBefore({ questions }: QuestionForm, at: number): boolean {
  return at > 0 && pageOf(questions[at]) > pageOf(questions[at - 1]);
}

function piecesOf(form: QuestionForm): Piece[] {
  return form.questions.map((question, at) => ({ question, breaks: breaksBefore(form, at) }));
}

function formOf(pieces: readonly Piece[], first: number): QuestionForm {
  let page = first;
  const questions = pieces.map(({ question, breaks }, at) => {
    if (at > 0 && breaks) page += 1;
    return pageOf(question) === page ? question : { ...question, page };
  });
  return { questions };
}

/** Works on the questions; the pages are counted anew from where they began. */
function withPieces(form: QuestionForm, work: (pieces: Piece[]) => Piece[]): QuestionForm {
  const [first] = form.questions;
  return formOf(work(piecesOf(form)), first === undefined ? 1 : pageOf(first));
}

/** A name that no question has. */
function freeId(questions: readonly Question[]): string {
  const taken = new Set(questions.map(({ id }) => id));
  let number = questions.length + 1;
  while (taken.has(`q${number}`)) number += 1;
  return `q${number}`;
}

/** With another question at the end. */
export function added(form: QuestionForm, kind: Kind): QuestionForm {
  const question: Question = {
    id: freeId(form.questions),
    text: '',
    hint: '',
    required: true,
    page: 0,
    kind: BLANK[kind](),
  };
  return withPieces(form, (pieces) => [...pieces, { question, breaks: false }]);
}

/** With a question once more, behind it. */
export function copied(form: QuestionForm, at: number): QuestionForm {
  return withPieces(form, (pieces) => {
    const piece = pieces[at];
    if (piece === undefined) return pieces;
    const question = { ...piece.question, id: freeId(form.questions) };
    return inserted(pieces, at + 1, { question, breaks: false });
  });
}

/** With a question moved up (−1) or down (1). */
export function moved(form: QuestionForm, at: number, step: 1 | -1): QuestionForm {
  return withPieces(form, (pieces) => exchanged(pieces, at, step));
}

/** Two neighbours in each other's place. */
export function exchanged<T>(all: readonly T[], at: number, step: 1 | -1): T[] {
  const [one, other] = [all[at], all[at + step]];
  if (one === undefined || other === undefined) return [...all];
  return replaced(replaced(all, at, other), at + step, one);
}

/** Places of the questions that are asked only if this one was answered so. */
export function dependents({ questions }: QuestionForm, at: number): number[] {
  const id = questions[at]?.id;
  return questions.flatMap(({ only_if }, other) => (only_if?.question === id ? [other] : []));
}

/** Without a question; what was asked only because of it is always asked. */
export function removed(form: QuestionForm, at: number): QuestionForm {
  const free = new Set(dependents(form, at));
  return withPieces(form, (pieces) =>
    without(
      pieces.map((piece, other) =>
        free.has(other) ? { ...piece, question: always(piece.question) } : piece,
      ),
      at,
    ),
  );
}

function always(question: Question): Question {
  const next = { ...question };
  delete next.only_if;
  return next;
}

/** With something of a question changed. */
export function changed(form: QuestionForm, at: number, change: Partial<Question>): QuestionForm {
  const question = form.questions[at];
  if (question === undefined) return form;
  return { questions: replaced(form.questions, at, { ...question, ...change }) };
}

/** With a condition of a question; `null`: it is always asked. */
export function conditioned(form: QuestionForm, at: number, only_if: OnlyIf | null): QuestionForm {
  const question = form.questions[at];
  if (question === undefined) return form;
  const next = only_if === null ? always(question) : { ...question, only_if };
  return { questions: replaced(form.questions, at, next) };
}

/** With a page that begins before a question, or without. */
export function broken(form: QuestionForm, at: number, breaks: boolean): QuestionForm {
  return withPieces(form, (pieces) =>
    pieces.map((piece, other) => (other === at ? { ...piece, breaks } : piece)),
  );
}

/** Answered in another way; what can be chosen stays, where there is something to choose. */
export function rekinded(form: QuestionForm, at: number, kind: Kind): QuestionForm {
  const question = form.questions[at];
  if (question === undefined || question.kind.kind === kind) return form;
  const lines = optionsOf(question);
  const blank = BLANK[kind]();
  const written = lines.some((line) => line !== '');
  return changed(form, at, { kind: written ? withLines(blank, [...lines]) : blank });
}

/** With other lines to choose from; `of` says where each stood before, for what depends on them. */
function relined(
  form: QuestionForm,
  at: number,
  lines: string[],
  of: (before: number) => number | null,
): QuestionForm {
  const question = form.questions[at];
  if (question === undefined) return form;
  const dependent = new Set(dependents(form, at));
  const questions = form.questions.map((one, other) => {
    if (other === at) return { ...one, kind: withLines(one.kind, lines) };
    if (!dependent.has(other) || one.only_if == null) return one;
    const any_of = one.only_if.any_of
      .map(of)
      .filter((option) => option !== null)
      .sort((a, b) => a - b);
    return { ...one, only_if: { ...one.only_if, any_of } };
  });
  return { questions };
}

const linesAt = (form: QuestionForm, at: number): readonly string[] => {
  const question = form.questions[at];
  return question === undefined ? [] : optionsOf(question);
};

/** With one more line to choose; before the last one if that says nothing (不了解). */
export function lineAdded(form: QuestionForm, at: number): QuestionForm {
  const lines = linesAt(form, at);
  const kind = form.questions[at]?.kind;
  const last = kind && 'unknown_last' in kind && kind.unknown_last;
  const place = last ? Math.max(0, lines.length - 1) : lines.length;
  return relined(form, at, inserted(lines, place, ''), (before) =>
    before >= place ? before + 1 : before,
  );
}

export function lineWritten(
  form: QuestionForm,
  at: number,
  line: number,
  text: string,
): QuestionForm {
  return relined(form, at, replaced(linesAt(form, at), line, text), (before) => before);
}

export function lineRemoved(form: QuestionForm, at: number, line: number): QuestionForm {
  return relined(form, at, without(linesAt(form, at), line), (before) =>
    before === line ? null : before > line ? before - 1 : before,
  );
}

export function lineMoved(
  form: QuestionForm,
  at: number,
  line: number,
  step: 1 | -1,
): QuestionForm {
  const lines = linesAt(form, at);
  if (lines[line + step] === undefined) return form;
  return relined(form, at, exchanged(lines, line, step), (before) =>
    before === line ? line + step : before === line + step ? line : before,
  );
}

/** With the questions of another form behind its own; their conditions go along. */
export function joined(form: QuestionForm, more: QuestionForm): QuestionForm {
  const before = piecesOf(form);
  const names = new Map<string, string>();
  const taken = [...form.questions];
  const pieces = piecesOf(more).map(({ question, breaks }) => {
    const free = taken.every(({ id }) => id !== question.id);
    const id = free ? question.id : freeId(taken);
    names.set(question.id, id);
    const { only_if } = question;
    const renamed: Question = {
      ...question,
      id,
      ...(only_if == null
        ? {}
        : { only_if: { ...only_if, question: names.get(only_if.question) ?? only_if.question } }),
    };
    taken.push(renamed);
    return { question: renamed, breaks };
  });
  const [first] = form.questions.length === 0 ? more.questions : form.questions;
  return formOf([...before, ...pieces], first === undefined ? 1 : pageOf(first));
}
