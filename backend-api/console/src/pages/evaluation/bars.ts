/** How a result is drawn. Pure. What was joined or hidden stays so: nothing is computed back. */
import type { EvaluationResult, Question, QuestionResult, RowResult } from '../../api/types';

export interface Bar {
  label: string;
  /** `12 票`, `少于 5 票，不显示`. */
  words: string;
  /** 0 to 1 of those who answered; `null`: not to be drawn. */
  share: number | null;
  /** Several options together. */
  isJoined: boolean;
}

/** Between the options of a cell that were joined. */
const JOINED = '、';

/** The bars of a row, in the form's order. */
export function bars({ cells }: RowResult, answered: number | null | undefined): Bar[] {
  return cells.map(({ label, count }) => {
    const isJoined = label.includes(JOINED);
    if (count == null) return { label, words: '太少，不显示', share: null, isJoined };
    const share = answered == null || answered === 0 ? null : count / answered;
    return { label, words: `${count} 票${isJoined ? '，不分开' : ''}`, share, isJoined };
  });
}

/** `71.2%` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, '')}%`;
}

export interface Turnout {
  words: string;
  share: number;
  /** Only of a motion: where more than half of those entitled begins. */
  half: string | null;
}

/** How many took part; of a motion with the line it has to pass. */
export function turnoutOf(
  { entitled, took_part, on_paper }: EvaluationResult,
  isMotion: boolean,
): Turnout {
  const share = entitled === 0 ? 0 : took_part / entitled;
  const paper = on_paper == null ? '' : `，其中纸质票 ${on_paper} 张`;
  return {
    words: `参加 ${took_part} / 该答 ${entitled}，参加率 ${percent(share)}${paper}`,
    share,
    half: isMotion ? `过半要 ${Math.floor(entitled / 2) + 1} 人` : null,
  };
}

export interface Shown {
  id: string;
  title: string;
  answered: string;
  rows: { label: string; bars: Bar[] }[];
}

/** The questions with their figures, in the form's order. */
export function shown(questions: readonly Question[], results: readonly QuestionResult[]): Shown[] {
  return questions.flatMap(({ id, text }) => {
    const result = results.find(({ question }) => question === id);
    if (result === undefined) return [];
    return [
      {
        id,
        title: text,
        answered: result.answered == null ? '答的人太少，不显示' : `${result.answered} 人答`,
        rows: result.rows.map((row) => ({
          label: row.label ?? '',
          bars: bars(row, result.answered),
        })),
      },
    ];
  });
}
