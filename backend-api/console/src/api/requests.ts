import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, bytesOf, client, ifMatch, sendFile } from './client';
import type {
  Act,
  Attachment,
  CategoryKind,
  RequestGroup,
  RequestPage,
  ServiceRequest,
} from './types';

const LIST = 'requests';
const one = (id: string) => ['request', id] as const;

/** How many come at once. */
const PAGE = 50;

/** How often it is asked whether something is new. */
const LOOK_EVERY_MS = 15_000;

/**
 * Each reading of a confidential report is recorded: it is read when somebody opens it, not by a clock, and
 * nothing of it is kept when it is closed.
 */
const looking = (kind: CategoryKind) =>
  kind === 'confidential'
    ? ({
        staleTime: Infinity,
        gcTime: 0,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      } as const)
    : ({ refetchInterval: LOOK_EVERY_MS } as const);

export interface RequestWish {
  group: RequestGroup;
  kind: CategoryKind;
  /** Id of a category; empty: all. */
  category: string;
  /** What it says. */
  q: string;
  cursor: string | undefined;
}

function listed({ group, kind, category, q, cursor }: RequestWish, limit: number) {
  return answer(
    client.GET('/api/v1/requests', {
      params: {
        query: {
          group,
          kind,
          limit,
          ...(category === '' ? {} : { category }),
          ...(q.trim() === '' ? {} : { q: q.trim() }),
          ...(cursor === undefined ? {} : { cursor }),
        },
      },
    }),
  );
}

/** A page of a work list. */
export function useRequests(wish: RequestWish) {
  return useQuery({
    queryKey: [LIST, wish],
    queryFn: (): Promise<RequestPage> => listed(wish, PAGE),
    ...looking(wish.kind),
  });
}

/** How many services and suggestions there are to do; no confidential ones. */
export function useToDo(may: boolean) {
  return useQuery({
    queryKey: [LIST, 'to do'],
    queryFn: async () => {
      const wish = { group: 'to_do', category: '', q: '', cursor: undefined } as const;
      const [service, suggestion] = await Promise.all([
        listed({ ...wish, kind: 'service' }, 1),
        listed({ ...wish, kind: 'suggestion' }, 1),
      ]);
      return { service: service.counts, suggestion: suggestion.counts };
    },
    enabled: may,
    refetchInterval: 60_000,
  });
}

/** A request as it stands now. */
function requestNow(id: string): Promise<ServiceRequest> {
  return answer(client.GET('/api/v1/requests/{id}', { params: { path: { id } } }));
}

export function useRequest(id: string, kind: CategoryKind) {
  return useQuery({ queryKey: one(id), queryFn: () => requestNow(id), ...looking(kind) });
}

interface Doing {
  id: string;
  act: Act;
  /** Of the request as it was read. */
  version: number;
}

/** Does something with a request. */
export function useAct() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act, version }: Doing) =>
      answer(
        client.POST('/api/v1/requests/{id}/acts', {
          params: { path: { id }, header: ifMatch(version) },
          body: act,
        }),
      ),
    onSuccess: (now, { id }) => queries.setQueryData(one(id), now),
    // If it was refused, it stands otherwise than is shown.
    onError: (_error, { id }) => queries.invalidateQueries({ queryKey: one(id) }),
    // Nobody waits for the list: what was done is here already.
    onSettled: () => void queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** The number to telephone, in clear. Who asked and why is recorded. */
export async function revealPhone(id: string, reason: string): Promise<string> {
  const { number } = await answer(
    client.POST('/api/v1/requests/{id}/reveal', { params: { path: { id } }, body: { reason } }),
  );
  return number;
}

/** What somebody said or photographed. */
export function attachmentBytes(request: string, attachment: string): Promise<Blob> {
  const part = encodeURIComponent;
  return bytesOf(`/api/v1/requests/${part(request)}/attachments/${part(attachment)}`);
}

/** Uploads a picture that goes with a reply. */
export function uploadPicture(picture: Blob): Promise<Attachment> {
  return sendFile<Attachment>('/api/v1/requests/attachments', picture);
}

export interface StatisticsWish {
  /** Unix ms. */
  from: number;
  until: number;
  /** Code of the organization whose subtree it is about. */
  organization: string;
}

/** Figures of what was asked within a time. */
export function useRequestStatistics(wish: StatisticsWish) {
  return useQuery({
    queryKey: [LIST, 'statistics', wish],
    queryFn: () => answer(client.GET('/api/v1/requests/statistics', { params: { query: wish } })),
    enabled: wish.organization !== '',
    staleTime: 60_000,
  });
}

/** The figures of all together in each of these spans of time, in their order. */
export function useMonthlyFigures(
  spans: readonly { from_ms: number; until_ms: number }[],
  organization: string,
) {
  return useQuery({
    queryKey: [LIST, 'by month', spans, organization],
    queryFn: () =>
      Promise.all(
        spans.map(async ({ from_ms: from, until_ms: until }) => {
          const query = { from, until, organization };
          const found = await answer(
            client.GET('/api/v1/requests/statistics', { params: { query } }),
          );
          return found.total;
        }),
      ),
    enabled: organization !== '' && spans.length > 0,
    staleTime: 5 * 60_000,
  });
}

/** Where the report of a month (`2026-11`) is, as a file. */
export function monthlyReport(month: string, organization: string, format: 'csv' | 'xlsx'): string {
  const query = new URLSearchParams({ month, organization, format });
  return `/api/v1/reports/requests?${query.toString()}`;
}
