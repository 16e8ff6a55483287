import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import { scan } from './scan';
import type { Programme } from './types';

const LIST = 'programmes';
const PAGE = 50;
/** How many come at once while it is searched: the server does not search. */
const LOOKED_AT = 200;

export interface ProgrammeWish {
  /** What is wanted, in words that are part of the question; empty: all. */
  narrowed: string;
  wanted: (programme: Programme) => boolean;
  cursor: string | undefined;
}

/** A page of those that are wanted, the newest first. Withdrawn ones are in no list. */
export function useProgrammes({ narrowed, wanted, cursor }: ProgrammeWish) {
  return useQuery({
    queryKey: [LIST, narrowed, cursor],
    queryFn: () =>
      scan({
        page: (before) =>
          answer(
            client.GET('/api/v1/programmes', {
              params: {
                query: {
                  limit: narrowed === '' ? PAGE : LOOKED_AT,
                  ...(before === undefined ? {} : { before }),
                },
              },
            }),
          ),
        wanted,
        from: cursor,
        enough: PAGE,
      }),
    // Recordings become programmes by themselves.
    refetchInterval: 60_000,
  });
}

/** Takes a programme off every television. */
export function useWithdrawProgramme() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await answer(client.POST('/api/v1/programmes/{id}/withdraw', { params: { path: { id } } }));
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: [LIST] }),
  });
}
