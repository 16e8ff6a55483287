/** What the place calls its sections, and the days on which its offices work. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import type { Township, WorkCalendar } from './types';

/** Something without a version of its own, with the one it has. */
export interface Versioned<T> {
  value: T;
  version: number;
}

interface Outcome<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** The answer with the version that stands in its `ETag`; a proxy that packs it may have written `W/` before. */
async function versioned<T>(call: Promise<Outcome<T>>): Promise<Versioned<T>> {
  let etag = '';
  const value = await answer(
    call.then((outcome) => {
      etag = outcome.response.headers.get('etag') ?? '';
      return outcome;
    }),
  );
  return { value, version: Number(/\d+/.exec(etag)?.[0] ?? 0) };
}

const TOWNSHIP = ['township', 'versioned'] as const;

export function townshipNow(): Promise<Versioned<Township>> {
  return versioned(client.GET('/api/v1/township'));
}

export function useTownship() {
  return useQuery({ queryKey: TOWNSHIP, queryFn: townshipNow });
}

/** Replaces all of it, if nobody else changed it since. */
export function useSaveTownship() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ value, version }: Versioned<Township>) =>
      answer(client.PUT('/api/v1/township', { params: { header: ifMatch(version) }, body: value })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['township'] }),
  });
}

const calendarKey = (year: number) => ['work-calendar', year] as const;

export function calendarNow(year: number): Promise<Versioned<WorkCalendar>> {
  return versioned(client.GET('/api/v1/calendar/{year}', { params: { path: { year } } }));
}

/** A year of the working calendar; version 0: nobody has entered it. */
export function useWorkCalendar(year: number) {
  return useQuery({ queryKey: calendarKey(year), queryFn: () => calendarNow(year) });
}

export function useSaveCalendar(year: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ value, version }: Versioned<WorkCalendar>) =>
      versioned(
        client.PUT('/api/v1/calendar/{year}', {
          params: { path: { year }, header: ifMatch(version) },
          body: value,
        }),
      ),
    onSuccess: (now) => queries.setQueryData(calendarKey(year), now),
  });
}
