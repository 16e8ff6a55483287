/** The stage of a meeting as the server tells it, and what was asked of it. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';

import type { LineState } from '../../api/events';
import { listen } from '../../api/events';
import { direct, stageEvents, stageNow } from '../../api/meetings';
import { isSignedOut, sentence } from '../../api/refusal';
import { forgetMe } from '../../api/session';
import type { Direction, Stage } from '../../api/types';
import type { Wishes } from './directions';
import { asked, dismissed, looked, refused } from './directions';
import { received } from './stage';

interface State {
  stage: Stage | null;
  wishes: Wishes;
}

type Action =
  | { type: 'received'; stage: Stage; fresh: boolean; now: number }
  | { type: 'asked'; direction: Direction; now: number }
  | { type: 'refused'; direction: Direction; trouble: string }
  | { type: 'dismissed'; place: string }
  | { type: 'tick'; now: number };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'received': {
      const stage = received(state.stage, action.stage, action.fresh);
      return { stage, wishes: looked(state.wishes, stage, action.now) };
    }
    case 'asked':
      return { ...state, wishes: asked(state.wishes, action.direction, action.now) };
    case 'refused':
      return { ...state, wishes: refused(state.wishes, action.direction, action.trouble) };
    case 'dismissed':
      return { ...state, wishes: dismissed(state.wishes, action.place) };
    case 'tick': {
      const wishes = looked(state.wishes, state.stage, action.now);
      return wishes === state.wishes ? state : { ...state, wishes };
    }
  }
}

/** The server is asked directly so often, to notice a line that died without a word. */
const ASK_EVERY_MS = 10_000;

export interface StageLine {
  stage: Stage | null;
  wishes: Wishes;
  line: LineState;
  /** Server's clock minus this computer's. */
  clockOffsetMs: number;
  ask: (direction: Direction) => void;
  dismiss: (place: string) => void;
}

export function useStage(meetingId: string, active: boolean): StageLine {
  const [state, dispatch] = useReducer(reduce, { stage: null, wishes: {} });
  const [line, setLine] = useState<LineState>('connecting');
  const [clockOffsetMs, setOffset] = useState<number | null>(null);
  const told = useRef(-1);

  const queries = useQueryClient();
  const noticed = useCallback(
    (error: unknown) => {
      if (isSignedOut(error)) forgetMe(queries);
    },
    [queries],
  );
  const accept = useCallback((stage: Stage, fresh: boolean) => {
    const now = Date.now();
    // News that took long on its way make the server's clock seem to be behind.
    const offset = stage.server_time_ms - now;
    setOffset((known) => Math.max(known ?? offset, offset));
    dispatch({ type: 'received', stage, fresh, now });
  }, []);

  useEffect(() => {
    if (!active) return undefined;
    const events = listen<Stage>(stageEvents(meetingId), 'stage', {
      onEvent: (stage, fresh) => {
        told.current = stage.revision;
        setLine('open');
        accept(stage, fresh);
      },
      onState: (next) => {
        // Open is said by the first event, not by the connection.
        if (next !== 'open') setLine(next);
      },
    });
    let silent = false;
    const asking = setInterval(() => {
      void stageNow(meetingId).then(
        (stage) => {
          accept(stage, false);
          if (silent) {
            silent = false;
            events.again();
            return;
          }
          // The line gets a moment to tell the same.
          setTimeout(() => {
            if (told.current < stage.revision) events.again();
          }, 2000);
        },
        (error: unknown) => {
          noticed(error);
          silent = true;
          setLine('lost');
        },
      );
    }, ASK_EVERY_MS);
    const ticking = setInterval(() => dispatch({ type: 'tick', now: Date.now() }), 500);
    return () => {
      events.end();
      clearInterval(asking);
      clearInterval(ticking);
    };
  }, [meetingId, active, accept, noticed]);

  const ask = useCallback(
    (direction: Direction) => {
      dispatch({ type: 'asked', direction, now: Date.now() });
      direct(meetingId, direction).then(
        (stage) => accept(stage, false),
        (error: unknown) => {
          noticed(error);
          dispatch({ type: 'refused', direction, trouble: sentence(error) });
        },
      );
    },
    [meetingId, accept, noticed],
  );
  const dismiss = useCallback((place: string) => dispatch({ type: 'dismissed', place }), []);

  return {
    stage: state.stage,
    wishes: state.wishes,
    line,
    clockOffsetMs: clockOffsetMs ?? 0,
    ask,
    dismiss,
  };
}
