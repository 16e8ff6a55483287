import { useQuery } from '@tanstack/react-query';

import { answer, client, slowly } from './client';
import { Refusal } from './refusal';
import type { Preview } from './types';

/** A document as the server has it. */
export interface Shown {
  kind: 'bulletins' | 'programmes';
  id: string;
  version: number;
}

/** Text size of a television, in percent. */
export type TextSize = 100 | 125 | 150;

/** Pictures are kept so long after nobody looks at them any more, in ms. */
const KEPT_MS = 5 * 60_000;

/** Somebody else's are made first. */
const isBusy = (error: unknown) => error instanceof Refusal && error.status === 503;

/** Pictures of a document as televisions show it, made by the server; of one version they never change. */
export function usePreview(of: Shown | null, text_size: TextSize) {
  return useQuery<Preview>({
    queryKey: ['preview', of?.kind, of?.id, of?.version, text_size],
    queryFn: () =>
      answer(
        client.POST(`/api/v1/${of?.kind ?? 'bulletins'}/{id}/preview`, {
          params: { path: { id: of?.id ?? '' } },
          body: { text_size },
          fetch: slowly,
        }),
      ),
    enabled: of !== null,
    staleTime: Infinity,
    gcTime: KEPT_MS,
    retry: (times, error) => times < 2 && isBusy(error),
    retryDelay: 3_000,
  });
}
