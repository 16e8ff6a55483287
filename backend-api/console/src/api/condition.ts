import { useQuery } from '@tanstack/react-query';

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
