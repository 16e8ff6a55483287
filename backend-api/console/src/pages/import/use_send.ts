import { useState } from 'react';

import { importHouseholds, importMembers, useImportsChanged } from '../../api/import';
import { sentence } from '../../api/refusal';
import { newKey } from '../../kit/new_key';
import type { Row } from './columns';
import type { Part } from './sending';
import { choicesOf, complaints, partsOf } from './sending';
import type { Work } from './work';
import { answered } from './work';

/** Writes rows, a part after the other. Whatever fails, the table stays as it is, and what is written is known. */
export function useSend(work: Work, onWork: (next: (now: Work) => Work) => void) {
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const changed = useImportsChanged();

  const write = (part: Part) => {
    if (work.what === 'households') return importHouseholds(part.csv);
    const request = { table: part.csv, choices: choicesOf(part, work) };
    const spelled = JSON.stringify(request);
    // What was sent and not answered is sent under the same key.
    const key = work.keys.get(spelled) ?? newKey('import');
    onWork((now) => ({ ...now, keys: new Map(now.keys).set(spelled, key) }));
    return importMembers(key, request);
  };
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
        const report = await write(part);
        const said = complaints(what, sheet, part, report.complaints);
        const about = said.find(({ line }) => line === 0);
        if (about) setTrouble(about.words);
        const lines = part.rows.map(({ line }) => line).filter((line) => wanted.has(line));
        // Of a file that was refused as a whole nothing is written.
        const taken = about ? [] : lines;
        onWork((now) => answered(now, taken, said, report));
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
