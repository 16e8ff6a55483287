import { useEffect, useMemo, useState } from 'react';

import { tryMembers } from '../../api/import';
import { sentence } from '../../api/refusal';
import { choicesOf, complaints, doublesOf, partsOf } from './sending';
import type { Problem } from './problems';
import type { Work } from './work';
import { judgedBy, toJudge } from './work';

/** Somebody who mends several cells is not judged after each. */
const AFTER_MS = 500;

/** Has the server judge rows that it has not seen as they are now: nothing is written by that. */
export function useTrial(
  work: Work,
  problems: readonly Problem[],
  onWork: (next: (now: Work) => Work) => void,
) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const rows = useMemo(() => toJudge(work, problems), [work, problems]);
  const waits = rows.length > 0;
  useEffect(() => {
    if (rows.length === 0) return;
    let live = true;
    const judge = async () => {
      const { what, sheet, into, written, judged } = work;
      // Of one name and village all are judged together: the server tells them apart by each other.
      const others = sheet.rows.filter(({ line }) => written.has(line) || judged.has(line));
      const [part] = partsOf(what, sheet, rows, others, into);
      if (part === undefined) return;
      const choices = choicesOf(part, work);
      const trial = await tryMembers({ table: part.csv, choices });
      if (!live) return;
      setTrouble(null);
      const lines = part.rows.map(({ line }) => line).filter((line) => !written.has(line));
      const said = complaints(what, sheet, part, trial.complaints);
      const whole = said.find(({ line }) => line === 0);
      if (whole) setTrouble(whole.words);
      else onWork((now) => judgedBy(now, lines, said, doublesOf(part, trial.doubles)));
    };
    const timer = setTimeout(() => {
      judge().catch((error: unknown) => {
        if (live) setTrouble(sentence(error));
      });
    }, AFTER_MS);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [rows, work, onWork, attempt]);
  return {
    judging: waits && trouble === null,
    trouble: waits ? trouble : null,
    again: () => {
      setTrouble(null);
      setAttempt((n) => n + 1);
    },
  };
}
