import { useState } from 'react';

import { importList } from '../../api/import';
import { useMembersChanged } from '../../api/members';
import { sentence } from '../../api/refusal';
import type { Row } from './columns';
import { complaints, partsOf } from './sending';
import type { Work } from './work';
import { answered } from './work';

/** Writes rows, a part after the other. Whatever fails, the table stays as it is, and what is written is known. */
export function useSend(work: Work, onWork: (next: (now: Work) => Work) => void) {
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const changed = useMembersChanged();

  const send = async (rows: readonly Row[]) => {
    const { what, sheet, into } = work;
    const before = sheet.rows.filter(({ line }) => work.written.has(line));
    const wanted = new Set(rows.map(({ line }) => line));
    let done = 0;
    setBusy(true);
    setTrouble(null);
    setSent(0);
    try {
      for (const part of partsOf(what, sheet, rows, before, into)) {
        const report = await importList(what, part.csv);
        const said = complaints(what, sheet, part, report);
        const about = said.find(({ line }) => line === 0);
        if (about) setTrouble(about.words);
        const lines = part.rows.map(({ line }) => line).filter((line) => wanted.has(line));
        const lineOf = (line: number) => part.rows[line - 2]?.line ?? line;
        // Of a file that was refused as a whole nothing is written.
        const taken = about ? [] : lines;
        onWork((now) => answered(now, taken, said, report, lineOf));
        done += lines.length;
        setSent(done);
      }
    } catch (error) {
      setTrouble(
        `${sentence(error)}前面 ${done} 行已经写好，后面的没有写完；表还在这里，可以再按一次，写过的不会重复。`,
      );
    } finally {
      setBusy(false);
      void changed();
    }
  };
  return { send, busy, sent, trouble };
}
