import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { firstOf, scan } from './scan';
import type { PageOf } from './scan';
import type { Household, HouseholdDraft } from './types';

const LIST = 'households';
const one = (id: string) => ['household', id] as const;

const PAGE = 50;
const SCANNED = 200;

function householdsFrom(before: string | undefined, limit: number): Promise<PageOf<Household>> {
  return answer(
    client.GET('/api/v1/households', {
      params: { query: { limit, ...(before === undefined ? {} : { before }) } },
    }),
  );
}

/** What the server cannot choose by; its name says what it is. */
export interface Only {
  name: string;
  is: (household: Household) => boolean;
}

/** A page of households; with `only` it is looked for them. */
export function useHouseholds(only: Only | null, cursor: string | undefined, enabled = true) {
  return useQuery({
    queryKey: [LIST, only?.name ?? null, cursor],
    queryFn: async () => {
      if (only === null) {
        const page = await householdsFrom(cursor, PAGE);
        return { ...page, looked: page.items.length };
      }
      return scan({
        page: (before) => householdsFrom(before, SCANNED),
        wanted: only.is,
        from: cursor,
      });
    },
    enabled,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

/** A household as it stands now. */
export function householdNow(id: string): Promise<Household> {
  return answer(client.GET('/api/v1/households/{id}', { params: { path: { id } } }));
}

export function useHousehold(id: string | null) {
  return useQuery({
    queryKey: one(id ?? ''),
    queryFn: () => householdNow(id ?? ''),
    enabled: id !== null,
  });
}

/** Households found by words in their name, that of somebody who lives there, or of the village; 20 at most. */
export function findHouseholds(text: string, organization_code: string | undefined) {
  return answer(
    client.GET('/api/v1/enrolments/households', {
      params: { query: { q: text, ...(organization_code ? { organization_code } : {}) } },
    }),
  );
}

export function useHouseholdChoices(
  text: string,
  organization_code: string | undefined,
  on: boolean,
) {
  return useQuery({
    queryKey: [LIST, 'choices', organization_code, text],
    queryFn: () => findHouseholds(text, organization_code),
    enabled: on,
    placeholderData: keepPreviousData,
  });
}

/** Whose TV this is; `null`: nobody's. A terminal itself does not say. */
export async function householdOfTv(terminalId: string, name: string): Promise<Household | null> {
  const is = ({ terminal_id }: Household) => terminal_id === terminalId;
  // Usually it is called as its household is.
  const likely = await findHouseholds(name, undefined).catch(() => null);
  const [found] = likely?.items.filter(({ terminal }) => terminal?.id === terminalId) ?? [];
  if (found) return householdNow(found.id);
  return firstOf((before) => householdsFrom(before, SCANNED), is);
}

export function useHouseholdOfTv(terminalId: string, name: string, wanted: boolean) {
  return useQuery({
    queryKey: [LIST, 'of-tv', terminalId],
    queryFn: () => householdOfTv(terminalId, name),
    enabled: wanted,
    staleTime: 60_000,
  });
}

interface Saving {
  /** Left out: a new one. */
  id?: string | undefined;
  draft: HouseholdDraft;
  version: number;
}

export function useSaveHousehold() {
  const changed = useHouseholdsChanged();
  return useMutation({
    mutationFn: ({ id, draft, version }: Saving) =>
      id === undefined
        ? answer(client.POST('/api/v1/households', { body: draft }))
        : answer(
            client.PUT('/api/v1/households/{id}', {
              params: { path: { id }, header: ifMatch(version) },
              body: draft,
            }),
          ),
    onSettled: changed,
  });
}

export function useDeleteHousehold() {
  const changed = useHouseholdsChanged();
  return useMutation({
    mutationFn: async ({ id, version }: Household) => {
      await answer(
        client.DELETE('/api/v1/households/{id}', {
          params: { path: { id }, header: ifMatch(version) },
        }),
      );
    },
    onSettled: changed,
  });
}

/** Households, their people and their TVs are asked for again. */
export function useHouseholdsChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [LIST, 'household', 'members', 'member', 'terminals', 'terminal'].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
}
