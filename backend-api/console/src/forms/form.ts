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

/** How many options a question has, or each row of it. */
export function optionCount({ kind }: Pick<Question, 'kind'>): number {
  switch (kind.kind) {
    case 'one':
    case 'several':
      return kind.options.length;
    case 'grade':
    case 'matrix':
      return kind.grades.length;
    case 'sentences':
      return kind.sentences.length;
    default:
      return 0;
  }
}
