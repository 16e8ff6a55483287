import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { useHouseholdsChanged } from './households';
import { scan } from './scan';
import type { PageOf } from './scan';
import type { RemoteAction, RemoteKind, Terminal, TerminalDraft } from './types';

const LIST = 'terminals';
const one = (id: string) => ['terminal', id] as const;

const PAGE = 50;
const SCANNED = 200;
/** How often the page looks who is there. */
const AGAIN_MS = 60_000;

function terminalsFrom(
  before: string | undefined,
  limit: number,
  without_household: boolean,
): Promise<PageOf<Terminal>> {
  const query = {
    limit,
    ...(without_household ? { without_household } : {}),
    ...(before === undefined ? {} : { before }),
  };
  return answer(client.GET('/api/v1/terminals', { params: { query } }));
}

interface Wanted {
  /** What the server cannot choose by; its name says what it is. */
  only: { name: string; is: (terminal: Terminal) => boolean } | null;
  /** TVs of homes that no household has. */
  homeless: boolean;
  cursor: string | undefined;
}

/** A page of terminals; with `only` it is looked for them. */
export function useTerminals({ only, homeless, cursor }: Wanted) {
  return useQuery({
    queryKey: [LIST, only?.name ?? null, homeless, cursor],
    queryFn: async () => {
      if (only === null) {
        const page = await terminalsFrom(cursor, PAGE, homeless);
        return { ...page, looked: page.items.length };
      }
      return scan({
        page: (before) => terminalsFrom(before, SCANNED, homeless),
        wanted: only.is,
        from: cursor,
      });
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

/** TVs of homes that no household has: what a household can be given. */
export function useHomelessTvs(on: boolean) {
  return useQuery({
    queryKey: [LIST, 'homeless'],
    queryFn: () => terminalsFrom(undefined, SCANNED, true),
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
