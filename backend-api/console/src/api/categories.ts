import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { everyPage } from './every_page';
import type { CategoryDraft, StaffCategory } from './types';

const LIST = 'categories';

export function useCategories(may = true) {
  return useQuery({
    queryKey: [LIST],
    queryFn: () =>
      everyPage<StaffCategory>((before) =>
        answer(
          client.GET('/api/v1/categories', {
            params: { query: { limit: 200, ...(before ? { before } : {}) } },
          }),
        ),
      ),
    enabled: may,
    staleTime: 60_000,
  });
}

/** A category as it stands now. */
export function categoryNow(code: string): Promise<StaffCategory> {
  return answer(client.GET('/api/v1/categories/{code}', { params: { path: { code } } }));
}

interface Saving {
  code: string;
  draft: CategoryDraft;
  /** Of the category that was edited; 0: there was none. */
  version: number;
}

export function useSaveCategory() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ code, draft, version }: Saving) =>
      answer(
        client.PUT('/api/v1/categories/{code}', {
          params: { path: { code }, header: ifMatch(version) },
          body: draft,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** Takes a category off the televisions; what was asked in it stays. */
export function useWithdrawCategory() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ code, version }: StaffCategory) => {
      await answer(
        client.DELETE('/api/v1/categories/{code}', {
          params: { path: { code }, header: ifMatch(version) },
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}
