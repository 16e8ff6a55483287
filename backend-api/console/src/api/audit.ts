import { useQuery } from '@tanstack/react-query';

import { answer, client } from './client';

/** How many entries come at once. */
const PAGE = 50;

export function useAudit(cursor: string | undefined, action: string) {
  return useQuery({
    queryKey: ['audit', cursor, action],
    queryFn: () =>
      answer(
        client.GET('/api/v1/audit', {
          params: {
            query: {
              limit: PAGE,
              ...(cursor === undefined ? {} : { before: Number(cursor) }),
              ...(action === '' ? {} : { action }),
            },
          },
        }),
      ),
  });
}

/** The end of the log, to be written down elsewhere. */
export function useAuditHead() {
  return useQuery({
    queryKey: ['audit head'],
    queryFn: () => answer(client.GET('/api/v1/audit/head')),
  });
}
