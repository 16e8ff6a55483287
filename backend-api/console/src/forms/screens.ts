/** A form as a television puts it: one question a screen, and one row of a table a screen. Pure. */
import type { Question, QuestionForm } from '../api/types';
import { optionsOf } from './form';

/** Characters of an option that has room in a tile. */
const SHORT = 7;

export interface Screen {
  /** Place of the question within the form. */
  at: number;
  question: Question;
  /** Whom a row is about; empty for what has no rows. */
  row: string;
  /** What is chosen by the digit beside it. */
  options: readonly { digit: number; label: string }[];
  /** Its options stand in lines: one of them has no room in a tile (as in `tv-app/src/screens/answering/asking.rs`). */
  lined: boolean;
  /** What leads on without a digit; `null`: choosing does. */
  next: string | null;
  /** What is said below. */
  note: string;
}

/** Every screen of a form, if all of it is asked. */
export function screensOf({ questions }: QuestionForm): Screen[] {
  return questions.flatMap((question, at) => {
    const { kind } = question;
    const options = optionsOf(question).map((label, line) => ({ digit: line + 1, label }));
    const takesSeveral = kind.kind === 'several' || kind.kind === 'sentences';
    const optional = question.required !== true;
    const screen = {
      at,
      question,
      options,
      lined: options.some(({ label }) => Array.from(label).length > SHORT),
      next: optional ? '不答，下一题' : takesSeveral ? '下一题' : null,
      note: noteOf(question),
    };
    const rows = kind.kind === 'matrix' ? kind.rows : [''];
    return rows.map((row) => ({ ...screen, row }));
  });
}

function noteOf({ kind }: Question): string {
  switch (kind.kind) {
    case 'several':
      return `可以选 ${kind.least} 到 ${kind.most} 个，已经选了 0 个。再按一次就去掉。`;
    case 'sentences':
      return `可以选 0 到 ${kind.most} 个，已经选了 0 个。再按一次就去掉。`;
    case 'number':
      return `填 ${kind.least} 到 ${kind.most}${kind.unit ? ` ${kind.unit}` : ''}，再按“确定”。`;
    default:
      return '按数字就选上了。也可以按“下”走到答案上，再按“确定”。';
  }
}
