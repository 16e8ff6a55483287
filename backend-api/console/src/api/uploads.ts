import { useQuery } from '@tanstack/react-query';

import { answer, client } from './client';

/** The own uploads, in questions. */
export const UPLOADS = 'uploads';

/** The own uploads of which no programme is made yet, for who may send films. */
export function useUploadList(may: boolean) {
  return useQuery({
    queryKey: [UPLOADS],
    queryFn: () => answer(client.GET('/api/v1/uploads')),
    enabled: may,
    // It takes some seconds to look whether what came is a film.
    refetchInterval: ({ state: { data } }) =>
      data?.some(({ state }) => state === 'checking') ? 1_500 : 60_000,
  });
}
