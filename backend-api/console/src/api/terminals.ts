import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { useHouseholdsChanged } from './households';
import type { Place } from './listed';
import { asked, MOST, PAGE } from './listed';
import type { PageOf } from './scan';
import type {
  RemoteAction,
  RemoteKind,
  Terminal,
  TerminalDraft,
  TerminalKind,
  TerminalOnly,
} from './types';

const LIST = 'terminals';
const one = (id: string) => ['terminal', id] as const;

/** How often the page looks who is there. */
const AGAIN_MS = 60_000;

/** Which of them. */
export interface TerminalsOf extends Place {
  kind?: TerminalKind | undefined;
  only?: TerminalOnly | undefined;
  /** For those who were heard of and those who are silent: for how long, in ms, until now. */
  for_ms?: number | undefined;
}

function terminalsOf(
  { for_ms, ...which }: TerminalsOf,
  before: string | undefined,
  limit: number,
): Promise<PageOf<Terminal>> {
  const since_ms = for_ms === undefined ? undefined : Date.now() - for_ms;
  const query = asked({ ...which, since_ms }, before, limit);
  return answer(client.GET('/api/v1/terminals', { params: { query } }));
}

/** A page of terminals. */
export function useTerminals(which: TerminalsOf, cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, which, cursor],
    queryFn: () => terminalsOf(which, cursor, PAGE),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

/** TVs of homes that no household has: what a household can be given. */
export function useHomelessTvs(on: boolean) {
  return useQuery({
    queryKey: [LIST, 'homeless'],
    queryFn: () => terminalsOf({ only: 'without_household' }, undefined, MOST),
    enabled: on,
  });
}

/** A terminal as it stands now. */
export function terminalNow(id: string): Promise<Terminal> {
  return answer(client.GET('/api/v1/terminals/{id}', { params: { path: { id } } }));
}

export function useTerminal(id: string | null) {
  return useQuery({
    queryKey: one(id ?? ''),
    queryFn: () => terminalNow(id ?? ''),
    enabled: id !== null,
    refetchInterval: AGAIN_MS,
  });
}

interface Saving {
  id: string;
  draft: TerminalDraft;
  version: number;
}

export function useSaveTerminal() {
  const changed = useHouseholdsChanged();
  return useMutation({
    mutationFn: ({ id, draft, version }: Saving) =>
      answer(
        client.PUT('/api/v1/terminals/{id}', {
          params: { path: { id }, header: ifMatch(version) },
          body: draft,
        }),
      ),
    onSettled: changed,
  });
}

/** Takes a terminal's access away: it must be enrolled again. */
export function useRevokeTerminal() {
  const changed = useHouseholdsChanged();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/v1/terminals/{id}/revoke', { params: { path: { id } } })),
    onSettled: changed,
  });
}

const actions = (id: string) => ['terminal-actions', id] as const;

/** How often it is looked how far a TV is while it is at something. */
const AT_IT_MS = 3_000;

const isOpen = ({ state }: RemoteAction) => state !== 'done' && state !== 'expired';

/** What staff had a TV do lately, the latest first. */
export function useRemoteActions(id: string) {
  return useQuery({
    queryKey: actions(id),
    queryFn: async () => {
      const params = { params: { path: { id } } };
      return (await answer(client.GET('/api/v1/terminals/{id}/actions', params))).actions;
    },
    refetchInterval: ({ state: { data } }) => (data?.some(isOpen) ? AT_IT_MS : AGAIN_MS),
  });
}

/** Has a TV do something from afar. */
export function useAskTerminal(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (kind: RemoteKind) =>
      answer(
        client.POST('/api/v1/terminals/{id}/actions', {
          params: { path: { id } },
          body: { kind },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: actions(id) }),
  });
}
