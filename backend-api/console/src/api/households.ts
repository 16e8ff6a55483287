import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import type { Place } from './listed';
import { asked, PAGE } from './listed';
import type { PageOf } from './scan';
import type { Household, HouseholdDraft, HouseholdOnly } from './types';

const LIST = 'households';
const one = (id: string) => ['household', id] as const;

/** Which of them. */
export interface HouseholdsOf extends Place {
  only?: HouseholdOnly | undefined;
  /** Id of its TV. */
  terminal?: string | undefined;
}

function householdsOf(
  which: HouseholdsOf,
  before: string | undefined,
  limit: number,
): Promise<PageOf<Household>> {
  const query = asked(which, before, limit);
  return answer(client.GET('/api/v1/households', { params: { query } }));
}

/** A page of households. */
export function useHouseholds(which: HouseholdsOf, cursor: string | undefined, enabled = true) {
  return useQuery({
    queryKey: [LIST, which, cursor],
    queryFn: () => householdsOf(which, cursor, PAGE),
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
export async function householdOfTv(terminal: string): Promise<Household | null> {
  return (await householdsOf({ terminal }, undefined, 1)).items[0] ?? null;
}

export function useHouseholdOfTv(terminal: string, wanted: boolean) {
  return useQuery({
    queryKey: [LIST, 'of-tv', terminal],
    queryFn: () => householdOfTv(terminal),
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
