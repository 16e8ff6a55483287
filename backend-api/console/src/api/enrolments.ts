import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import { useHouseholdsChanged } from './households';
import type { ApproveRequest } from './types';

const WAITING = ['enrolments'] as const;
/** Somebody stands in front of the TV. */
const AGAIN_MS = 5_000;

/** TVs that show a code and wait. `often`: somebody is about to approve one. */
export function useWaiting(may: boolean, often: boolean) {
  return useQuery({
    queryKey: WAITING,
    queryFn: () => answer(client.GET('/api/v1/enrolments')),
    enabled: may,
    refetchInterval: often ? AGAIN_MS : 60_000,
  });
}

export function useApprove() {
  const queries = useQueryClient();
  const changed = useHouseholdsChanged();
  return useMutation({
    mutationFn: async ({ code, request }: { code: string; request: ApproveRequest }) => {
      await answer(
        client.POST('/api/v1/enrolments/{user_code}/approve', {
          params: { path: { user_code: code } },
          body: request,
        }),
      );
    },
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: WAITING }), changed()]),
  });
}

export function useDecline() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (code: string) => {
      await answer(
        client.POST('/api/v1/enrolments/{user_code}/decline', {
          params: { path: { user_code: code } },
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: WAITING }),
  });
}
