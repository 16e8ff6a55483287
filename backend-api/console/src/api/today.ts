/** What the first page asks besides what other pages ask, too. Keys begin as theirs do, so what they change is asked anew. */
import { useQueries, useQuery } from '@tanstack/react-query';

import { answer, client } from './client';
import { stageNow } from './meetings';
import type { StaffMeeting, Terminal } from './types';

const EVERY_MS = 60_000;
/** Somebody may stand in front of a television. */
const SOON_MS = 15_000;
/** A look through all televisions is long: 1,470 in a township. */
const SELDOM_MS = 5 * 60_000;
/** Nobody counts more than these; the server has no count. */
const MOST_TERMINALS = 2000;

/** Bulletins that were handed in, those changed last first; `next`: there are more. */
export function useHandedIn(may: boolean) {
  return useQuery({
    queryKey: ['bulletins', 'handed in'],
    queryFn: () =>
      answer(
        client.GET('/api/v1/bulletins', { params: { query: { state: 'submitted', limit: 200 } } }),
      ),
    enabled: may,
    refetchInterval: EVERY_MS,
  });
}

/** Televisions that show a code and wait. */
export function useWaitingTelevisions(may: boolean) {
  return useQuery({
    queryKey: ['enrolments'],
    queryFn: () => answer(client.GET('/api/v1/enrolments')),
    enabled: may,
    refetchInterval: SOON_MS,
  });
}

/** Televisions in use; `whole`: there are no others. */
export function useTelevisions() {
  return useQuery({
    queryKey: ['terminals', 'in use'],
    queryFn: async () => {
      const found: Terminal[] = [];
      let before: string | undefined;
      let looked = 0;
      do {
        const { items, next } = await answer(
          client.GET('/api/v1/terminals', {
            params: { query: { limit: 200, ...(before === undefined ? {} : { before }) } },
          }),
        );
        looked += items.length;
        found.push(...items.filter(({ revoked_at_ms: revoked }) => revoked == null));
        before = next ?? undefined;
      } while (before !== undefined && looked < MOST_TERMINALS);
      return { items: found, whole: before === undefined };
    },
    staleTime: EVERY_MS,
    refetchInterval: SELDOM_MS,
  });
}

/** Roll calls that are open, and the one that closed last of those made lately. */
export function useRollCallsNow() {
  return useQuery({
    queryKey: ['roll-calls', 'now'],
    queryFn: async () => {
      const listed = (state: 'open' | 'closed', limit: number) =>
        answer(client.GET('/api/v1/roll-calls', { params: { query: { state, limit } } }));
      const [open, closed] = await Promise.all([listed('open', 50), listed('closed', 20)]);
      const [last] = closed.items
        .filter(({ occasion }) => occasion === 'meeting')
        .sort((a, b) => (b.closed_at_ms ?? 0) - (a.closed_at_ms ?? 0));
      return { open: open.items, last };
    },
    refetchInterval: SOON_MS,
  });
}

/** What is to be answered, the one that is due first first. */
export function useDue(kind: 'service' | 'suggestion', may: boolean) {
  return useQuery({
    queryKey: ['requests', 'due', kind],
    queryFn: () =>
      answer(
        client.GET('/api/v1/requests', { params: { query: { group: 'to_do', kind, limit: 200 } } }),
      ),
    enabled: may,
    refetchInterval: SOON_MS,
  });
}

/** Meetings that ended, the newest first: whether a recording could not be made. */
export function useEndedLately() {
  return useQuery({
    queryKey: ['meetings', 'ended lately'],
    queryFn: () =>
      answer(client.GET('/api/v1/meetings', { params: { query: { state: 'ended', limit: 50 } } })),
    refetchInterval: EVERY_MS,
  });
}

/** How live meetings stand, by their id: of those that whoever asks may direct. */
export function useStages(meetings: readonly StaffMeeting[]) {
  return useQueries({
    queries: meetings.map(({ meeting: { id } }) => ({
      queryKey: ['meeting stage', id],
      queryFn: () => stageNow(id),
      refetchInterval: SOON_MS,
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => (data ? [[data.meeting_id, data] as const] : []))),
  });
}

/** Whether there is anybody yet. Each reading is kept in the records: it is asked once. */
export function useAnyMember(wanted: boolean) {
  return useQuery({
    queryKey: ['members', 'any'],
    queryFn: async () => {
      const { items } = await answer(
        client.GET('/api/v1/members', { params: { query: { limit: 1 } } }),
      );
      return items.length > 0;
    },
    enabled: wanted,
    staleTime: EVERY_MS,
    refetchOnWindowFocus: false,
  });
}

/** Whether anything was ever published. */
export function useAnyBulletin(wanted: boolean) {
  return useQuery({
    queryKey: ['bulletins', 'any'],
    queryFn: async () => {
      const { items } = await answer(
        client.GET('/api/v1/bulletins', { params: { query: { state: 'published', limit: 1 } } }),
      );
      return items.length > 0;
    },
    enabled: wanted,
  });
}
