import { useEffect, useState } from 'react';

import type { Work } from './work';
import { isLeft } from './work';

/** Tables in the making. In memory alone: they hold whole numbers of people. */
const kept = new Map<string, Work>();

/** A table that stays when the page is left or the session has to be begun again; only a reload ends it, and asks. */
export function useKeptWork(key: string) {
  const [work, setWork] = useState(() => kept.get(key) ?? null);
  useEffect(() => {
    if (work === null) kept.delete(key);
    else kept.set(key, work);
  }, [key, work]);
  const left = work !== null && isLeft(work);
  useEffect(() => {
    if (!left) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [left]);
  return [work, setWork] as const;
}
