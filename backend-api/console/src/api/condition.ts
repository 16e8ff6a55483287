import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';

/** How the server itself is: room on its disk, its clock, the last good backup. For who may know. */
export function useCondition(enabled: boolean) {
  return useQuery({
    queryKey: ['condition'],
    queryFn: () => answer(client.GET('/api/v1/condition')),
    enabled,
    refetchInterval: 60_000,
  });
}

/** Says that the server's clock, which showed this, is right. */
export function useConfirmClock() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (clock_ms: number) =>
      answer(client.POST('/api/v1/condition/clock', { body: { clock_ms } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['condition'] }),
  });
}
