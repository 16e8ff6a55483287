import { useCallback, useRef, useState } from 'react';

import type { Caret } from '../../bulletin/blocks';
import type { Confirmed, Looked, Writing } from '../../bulletin/writing';

/** Letters that come so soon one after the other are one step back. */
const ONE_STEP_MS = 1200;
const MOST_STEPS = 200;

interface Past {
  before: Writing[];
  after: Writing[];
}

/** What is being written, with the way back. */
export interface WritingDesk {
  writing: Writing;
  /** As it is now, also between two paintings. */
  latest: () => Writing;
  confirmed: Confirmed;
  /** Pictures that somebody has looked at. */
  looked: Looked;
  /** Where the writing goes on after a change that moved it. */
  caret: Caret | null;
  /** `as`: changes of the same name within a moment are one step back. */
  write: (change: (now: Writing) => Writing, as?: string) => void;
  /** Moves the writing to another place. */
  moveTo: (caret: Caret) => void;
  /** Puts something else in its place, with no way back: what was there is no longer true. */
  replace: (writing: Writing, confirmed?: Confirmed, looked?: Looked) => void;
  confirm: (digits: string, reason: string) => void;
  /** This picture was looked at, and nothing in it is nobody's business. */
  look: (name: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

export function useWriting(
  first: Writing,
  firstConfirmed: Confirmed,
  firstLooked: Looked,
): WritingDesk {
  const [writing, setWriting] = useState(first);
  const [confirmed, setConfirmed] = useState(firstConfirmed);
  const [looked, setLooked] = useState(firstLooked);
  const [caret, setCaret] = useState<Caret | null>(null);
  const [past, setPast] = useState<Past>({ before: [], after: [] });
  const now = useRef(first);
  const step = useRef({ as: '', at: 0 });

  const show = useCallback((next: Writing) => {
    now.current = next;
    setWriting(next);
  }, []);

  const write = useCallback<WritingDesk['write']>(
    (change, as = '') => {
      const before = now.current;
      const next = change(before);
      if (next === before) return;
      const time = Date.now();
      const goesOn = as !== '' && as === step.current.as && time - step.current.at < ONE_STEP_MS;
      step.current = { as, at: time };
      setPast((old) => ({
        before: goesOn ? old.before : [...old.before, before].slice(-MOST_STEPS),
        after: [],
      }));
      show(next);
      setCaret(null);
    },
    [show],
  );

  const replace = useCallback<WritingDesk['replace']>(
    (next, reasons, seen) => {
      show(next);
      if (reasons) setConfirmed(reasons);
      if (seen) setLooked(seen);
      setPast({ before: [], after: [] });
    },
    [show],
  );

  const turn = (from: 'before' | 'after') => () => {
    const to = past[from][past[from].length - 1];
    if (!to) return;
    const other = from === 'before' ? 'after' : 'before';
    const left = { [from]: past[from].slice(0, -1), [other]: [...past[other], now.current] };
    setPast({ ...past, ...left });
    step.current = { as: '', at: 0 };
    show(to);
    setCaret(null);
  };

  return {
    writing,
    latest: useCallback(() => now.current, []),
    confirmed,
    looked,
    caret,
    write,
    moveTo: useCallback((to: Caret) => setCaret({ ...to }), []),
    replace,
    confirm: useCallback(
      (digits: string, reason: string) => setConfirmed((all) => ({ ...all, [digits]: reason })),
      [],
    ),
    look: useCallback(
      (name: string) => setLooked((all) => (all.includes(name) ? all : [...all, name])),
      [],
    ),
    undo: past.before.length > 0 ? turn('before') : null,
    redo: past.after.length > 0 ? turn('after') : null,
  };
}
