import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { answer, client } from './client';
import { listen } from './events';
import { everyPage } from './every_page';
import { rollCallEvents, useRollCall } from './meetings';
import type {
  Attendance,
  AttendanceState,
  Counts,
  RollCall,
  RollCallDraft,
  RollCallState,
} from './types';

const LIST = 'roll-calls';
const one = (id: string) => ['roll-call', id] as const;
const lines = (id: string) => ['roll-call-lines', id] as const;
const results = (id: string) => ['roll-call-results', id] as const;

/** How many come at once. */
const PAGE = 50;
/** The most the server gives at once. */
const MOST = 200;

/** A page of those that call somebody of the own subtree, the newest first. */
export function useRollCalls(state: RollCallState | undefined, cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, 'page', state, cursor],
    queryFn: () => pageOf({ limit: PAGE, state, cursor }),
    refetchInterval: 15_000,
  });
}

interface PageWish {
  limit: number;
  state?: RollCallState | undefined;
  cursor?: string | undefined;
}

function pageOf({ limit, state, cursor }: PageWish) {
  return answer(
    client.GET('/api/v1/roll-calls', {
      params: {
        query: {
          limit,
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { before: cursor }),
        },
      },
    }),
  );
}

/**
 * Those made last, at most `most` of them and none that `enough` says is too old; `more`: there were others
 * that nobody looked at.
 */
export async function latestRollCalls(
  enough: (oldest: RollCall) => boolean,
  most: number,
): Promise<{ rollCalls: RollCall[]; more: boolean }> {
  const rollCalls: RollCall[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await pageOf({ limit: MOST, cursor });
    rollCalls.push(...items);
    cursor = next ?? undefined;
    const oldest = items[items.length - 1];
    if (oldest === undefined || enough(oldest)) return { rollCalls, more: false };
  } while (cursor !== undefined && rollCalls.length < most);
  return { rollCalls, more: cursor !== undefined };
}

/** Figures of one by organization. The server has the lowest rate first; pages order them by the register. */
export function resultsOf(id: string) {
  return answer(client.GET('/api/v1/roll-calls/{id}/results', { params: { path: { id } } }));
}

export function useResults(id: string, running: boolean) {
  return useQuery({
    queryKey: results(id),
    queryFn: () => resultsOf(id),
    refetchInterval: running ? 15_000 : false,
  });
}

/** How many lines of one standing are shown at most: nobody reads more, and a county has 35,000. */
export const LINES_AT_MOST = 1000;

export interface Lines {
  lines: Attendance[];
  /** There are others, which were not fetched. */
  more: boolean;
}

async function linesOf(
  id: string,
  state: AttendanceState,
  organization: string | undefined,
): Promise<Lines> {
  const found: Attendance[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await answer(
      client.GET('/api/v1/roll-calls/{id}/attendance', {
        params: {
          path: { id },
          query: {
            state,
            limit: MOST,
            ...(organization === undefined ? {} : { organization }),
            ...(after === undefined ? {} : { after }),
          },
        },
      }),
    );
    found.push(...items);
    after = next ?? undefined;
  } while (after !== undefined && found.length < LINES_AT_MOST);
  return { lines: found, more: after !== undefined };
}

export interface LinesWish {
  id: string;
  states: readonly AttendanceState[];
  /** Code of an organization, to whose subtree they belong. */
  organization?: string | undefined;
  running: boolean;
  /** Whether names may be seen and are wanted. */
  enabled: boolean;
}

/** Who stands so, in the order of the register of members. */
export function useLines({ id, states, organization, running, enabled }: LinesWish) {
  return useQuery({
    queryKey: [...lines(id), organization, states],
    queryFn: async (): Promise<Lines> => {
      const found = await Promise.all(states.map((state) => linesOf(id, state, organization)));
      return {
        lines: found.flatMap((part) => part.lines),
        more: found.some((part) => part.more),
      };
    },
    enabled,
    refetchInterval: running ? 15_000 : false,
    // Whoever signs in meanwhile takes nobody's rows away while they are fetched again.
    placeholderData: (before) => before,
  });
}

/** Names are asked for again at most so often while people sign in. */
const NAMES_EVERY_MS = 4_000;

/** A roll call that fills while one looks: its figures come by themselves, and who it is follows. */
export function useLiveRollCall(id: string) {
  const queries = useQueryClient();
  const rollCall = useRollCall(id);
  const running = rollCall.data?.state === 'open';
  useEffect(() => {
    if (!running) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: lines(id) });
        void queries.invalidateQueries({ queryKey: results(id) });
      }, NAMES_EVERY_MS);
    };
    const line = listen<Counts>(rollCallEvents(id), 'counts', {
      onEvent: (counts) => {
        queries.setQueryData<RollCall>(one(id), (known) => known && { ...known, counts });
        follow();
      },
    });
    return () => {
      clearTimeout(timer);
      line.end();
      // The last ones signed in while nobody was told of it.
      void queries.invalidateQueries({ queryKey: lines(id) });
      void queries.invalidateQueries({ queryKey: results(id) });
    };
  }, [queries, id, running]);
  return rollCall;
}

/** Everything of one is asked for again. */
function useAgain() {
  const queries = useQueryClient();
  return (id: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: one(id) }),
      queries.invalidateQueries({ queryKey: lines(id) }),
      queries.invalidateQueries({ queryKey: results(id) }),
      queries.invalidateQueries({ queryKey: [LIST] }),
    ]);
}

export function useCreateRollCall() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: RollCallDraft) =>
      answer(client.POST('/api/v1/roll-calls', { body: draft })),
    onSuccess: (made) => {
      queries.setQueryData(one(made.id), made);
      return queries.invalidateQueries({ queryKey: [LIST] });
    },
  });
}

/** What is done to one as a whole. */
export type RollCallDeed =
  | { deed: 'open' }
  | { deed: 'close' }
  | { deed: 'cancel'; reason: string }
  | { deed: 'round'; window_ms: number };

function done(id: string, what: RollCallDeed): Promise<RollCall> {
  const params = { path: { id } };
  switch (what.deed) {
    case 'open':
      return answer(client.POST('/api/v1/roll-calls/{id}/open', { params }));
    case 'close':
      return answer(client.POST('/api/v1/roll-calls/{id}/close', { params }));
    case 'cancel':
      return answer(
        client.POST('/api/v1/roll-calls/{id}/cancel', { params, body: { reason: what.reason } }),
      );
    case 'round':
      return answer(
        client.POST('/api/v1/roll-calls/{id}/rounds', {
          params,
          body: { window_ms: what.window_ms },
        }),
      );
  }
}

export function useRollCallDeed(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (what: RollCallDeed) => done(id, what),
    onSettled: () => again(id),
  });
}

/** Writes down how somebody stands, with a reason. */
export function useCorrect(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (said: { member_id: string; state: AttendanceState; reason: string }) =>
      answer(
        client.POST('/api/v1/roll-calls/{id}/corrections', {
          params: { path: { id } },
          body: said,
        }),
      ),
    onSettled: () => again(id),
  });
}

/** The code that whoever calls shows themselves, when no meeting does. */
export function usePresenceCode(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['presence-code', id],
    queryFn: () =>
      answer(client.GET('/api/v1/roll-calls/{id}/presence-code', { params: { path: { id } } })),
    enabled,
    refetchInterval: 3_000,
    staleTime: 0,
  });
}

/** What was corrected in one, the latest first: as the log has it, for those who may read it. */
export function useCorrections(id: string, enabled: boolean, running: boolean) {
  return useQuery({
    queryKey: [...lines(id), 'corrections'],
    queryFn: async () => {
      const page = await answer(
        client.GET('/api/v1/audit', {
          params: { query: { action: 'roll_call.correct', limit: MOST } },
        }),
      );
      return page.items.filter(({ detail }) => detail.startsWith(`roll_call:${id} `));
    },
    enabled,
    refetchInterval: running ? 15_000 : false,
  });
}

/** A month's attendance. It names members, so each reading of it is kept in the log: not by a clock. */
export function attendanceReport(month: string, organization: string, format: 'csv' | 'xlsx') {
  const query = new URLSearchParams({ month, organization, format });
  return `/api/v1/reports/attendance?${query.toString()}`;
}

/** Meetings that begin within a span, every page of them. */
export function meetingsWithin(from_ms: number, to_ms: number) {
  return everyPage((cursor) =>
    answer(
      client.GET('/api/v1/meetings', {
        params: { query: { from_ms, to_ms, limit: MOST, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}
