import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useMemo, useRef } from 'react';
import { useBlocker } from 'react-router-dom';

import type { Question } from '../confirm/confirm';
import { useConfirm } from '../confirm/confirm';

interface Guards {
  /** Asks this before the page is left, until the returned function is called. */
  add: (question: Question) => () => void;
}

const Held = createContext<Guards>({ add: () => () => undefined });

/** Asks before the page is left, while `on`. */
export function useLeaveGuard(on: boolean, question: Question): void {
  const { add } = useContext(Held);
  useEffect(() => (on ? add(question) : undefined), [add, on, question]);
}

/** The one place that blocks navigation: a router takes no second. */
export function LeaveGuards({ children }: { children: ReactNode }) {
  const questions = useRef<Question[]>([]);
  const confirm = useConfirm();
  const guards = useMemo<Guards>(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    return {
      add: (question) => {
        questions.current.push(question);
        if (questions.current.length === 1) window.addEventListener('beforeunload', ask);
        return () => {
          questions.current = questions.current.filter((one) => one !== question);
          if (questions.current.length === 0) window.removeEventListener('beforeunload', ask);
        };
      },
    };
  }, []);
  // Filters and drawers are in the address, too: they leave nothing.
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      questions.current.length > 0 && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    const { state } = blocker;
    const question = questions.current[questions.current.length - 1];
    if (state !== 'blocked' || question === undefined) return;
    void confirm(question).then((said) => {
      if (said === null) blocker.reset();
      else blocker.proceed();
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once each time it blocks
  }, [blocker.state]);
  return <Held.Provider value={guards}>{children}</Held.Provider>;
}
