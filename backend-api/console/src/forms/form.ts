/**
 * Forms as the server judges them: which question is asked after which answers, and what is wrong with a set
 * of answers. The same rules as `contract/src/form.rs`. Pure.
 */
import type { Answer, Question, QuestionForm } from '../api/types';

/** The answer to a question among some, if it has any. */
export function answerTo(question: string, answers: readonly Answer[]): Answer | undefined {
  return answers.find((one) => one.question === question);
}

/** Whether a question is asked after these answers. What was answered without being asked does not count. */
export function asks(form: QuestionForm, index: number, answers: readonly Answer[]): boolean {
  const question = form.questions[index];
  if (question === undefined) return false;
  const only = question.only_if;
  if (only == null) return true;
  const before = form.questions.findIndex(({ id }) => id === only.question);
  if (before < 0 || before >= index || !asks(form, before, answers)) return false;
  const chosen = answerTo(only.question, answers)?.chosen ?? [];
  return chosen.some((one) => one != null && only.any_of.includes(one));
}

/** The question that is asked after (1) or before (−1) one; `null`: there is none. */
export function neighbour(
  form: QuestionForm,
  index: number,
  step: 1 | -1,
  answers: readonly Answer[],
): number | null {
  for (let at = index + step; at >= 0 && at < form.questions.length; at += step) {
    if (asks(form, at, answers)) return at;
  }
  return null;
}

/** Whether nothing was answered. */
export function isBlank(answer: Answer | undefined): boolean {
  return (
    answer === undefined ||
    (answer.number == null && (answer.chosen ?? []).every((one) => one == null))
  );
}

/** The answers that count, in the form's order and each written in one way: no empty ones, none that were not asked. */
export function counted(form: QuestionForm, answers: readonly Answer[]): Answer[] {
  return form.questions.flatMap((question, index) => {
    const answer = answerTo(question.id, answers);
    if (answer === undefined || isBlank(answer) || !asks(form, index, answers)) return [];
    const { kind } = question.kind;
    const inOrder = kind === 'several' || kind === 'sentences';
    const chosen = answer.chosen ?? [];
    return [
      inOrder ? { ...answer, chosen: [...chosen].sort((a, b) => (a ?? -1) - (b ?? -1)) } : answer,
    ];
  });
}

/** What is wrong with an answer. */
export interface Fault {
  /** Id of the question. */
  question: string;
  /** In plain words. */
  says: string;
}

/** What is wrong with these answers, in the order of the questions; nothing if they can be cast. */
export function judge(form: QuestionForm, answers: readonly Answer[]): Fault[] {
  const known = form.questions.map(({ id }) => id);
  return [
    ...form.questions.flatMap((question, index) => {
      const says = asks(form, index, answers) ? wrong(question, answers) : null;
      return says === null ? [] : [{ question: question.id, says }];
    }),
    ...answers
      .filter(({ question }) => !known.includes(question))
      .map(({ question }) => ({ question, says: '没有这道题' })),
  ];
}

function wrong(question: Question, answers: readonly Answer[]): string | null {
  if (question.kind.kind === 'unknown') return '这种题目本程序不认识，请先更新';
  const given = answers.filter((answer) => answer.question === question.id);
  if (given.length > 1) return '这道题答了两次';
  const [answer] = given;
  if (answer === undefined || isBlank(answer)) {
    return question.required === true ? '这道题还没有回答' : null;
  }
  return wrongIn(question, answer);
}

function wrongIn(question: Question, { chosen = [], number }: Answer): string | null {
  const { kind } = question;
  const isNumber = kind.kind === 'number';
  if (isNumber ? chosen.length > 0 : number != null) return '回答的方式不对';
  const isOption = (one: number | null) => one != null && one < optionCount(question);
  switch (kind.kind) {
    case 'number':
      if (number == null) return null;
      if (number < kind.least) return '填的数太小';
      return number > kind.most ? '填的数太大' : null;
    case 'one':
    case 'grade':
      if (chosen.length !== 1 || chosen[0] == null) return '只能选一项';
      return chosen.every(isOption) ? null : '没有这个选项';
    case 'several':
    case 'sentences': {
      const different = new Set(chosen.filter((one) => one != null));
      if (different.size !== chosen.length) return '同一项选了两次';
      if (!chosen.every(isOption)) return '没有这个选项';
      if (different.size < (kind.kind === 'several' ? kind.least : 0)) return '选得太少';
      return different.size > kind.most ? '选得太多' : null;
    }
    case 'matrix':
      if (chosen.length !== kind.rows.length) return '有的没有评，有的评重了';
      if (!chosen.filter((one) => one != null).every(isOption)) return '没有这个选项';
      return question.required === true && chosen.includes(null) ? '还有没评的' : null;
    case 'unknown':
      return null;
  }
}

/** What can be chosen of a question, or of each row of it. */
export function optionsOf({ kind }: Pick<Question, 'kind'>): readonly string[] {
  switch (kind.kind) {
    case 'one':
    case 'several':
      return kind.options;
    case 'grade':
    case 'matrix':
      return kind.grades;
    case 'sentences':
      return kind.sentences;
    default:
      return [];
  }
}

/** How many there are. */
export function optionCount(question: Pick<Question, 'kind'>): number {
  return optionsOf(question).length;
}
