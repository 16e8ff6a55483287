import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';

const LIST = 'notices';

/** How many come at once. */
const PAGE = 50;

/** How often it is asked whether there is something new. */
const LOOK_EVERY_MS = 60_000;

/** What staff should look at, newest first; `unseen`: only what nobody has looked at. */
export function useNotices(unseen: boolean, cursor?: string, may = true) {
  return useQuery({
    queryKey: [LIST, unseen, cursor],
    enabled: may,
    refetchInterval: LOOK_EVERY_MS,
    queryFn: () =>
      answer(
        client.GET('/api/v1/notices', {
          params: {
            query: { unseen, limit: PAGE, ...(cursor === undefined ? {} : { before: cursor }) },
          },
        }),
      ),
  });
}

/** Notes that somebody has looked. */
export function useMarkSeen() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/v1/notices/{id}/seen', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}
