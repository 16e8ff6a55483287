import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { everyPage } from './every_page';
import type { DutyRoom, DutyRoomDraft, LookAccess, Terminal } from './types';

const ROOMS = 'duty-rooms';
const log = (id: string) => ['duty-log', id] as const;

const paging = (before: string | undefined) => ({
  query: { limit: 200, ...(before ? { before } : {}) },
});

export function useDutyRooms() {
  return useQuery({
    queryKey: [ROOMS],
    queryFn: () =>
      everyPage<DutyRoom>((before) =>
        answer(client.GET('/api/v1/duty-rooms', { params: paging(before) })),
      ),
    // Somebody else may begin or cease to look.
    refetchInterval: 5_000,
  });
}

/** Stations that can be a duty room. */
export function useStations() {
  return useQuery({
    queryKey: ['stations'],
    queryFn: () =>
      everyPage<Terminal>((before) =>
        answer(client.GET('/api/v1/terminals', { params: paging(before) })),
      ),
    select: (terminals) =>
      terminals.filter((one) => one.kind === 'station' && one.revoked_at_ms == null),
    staleTime: 60_000,
  });
}

/** A room as it stands now. */
export function roomNow(id: string): Promise<DutyRoom> {
  return answer(client.GET('/api/v1/duty-rooms/{id}', { params: { path: { id } } }));
}

/** A room, and the version of it that was read. */
interface Read {
  id: string;
  version: number;
}

interface Saving {
  draft: DutyRoomDraft;
  /** The room to change; left out: a new one. */
  of?: Read | undefined;
}

/** Makes a room, or changes the one that is given. */
export function useSaveRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, of }: Saving) =>
      of
        ? answer(
            client.PUT('/api/v1/duty-rooms/{id}', {
              params: { path: { id: of.id }, header: ifMatch(of.version) },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/duty-rooms', { body: draft })),
    // If it was refused, it stands otherwise than the list says.
    onSettled: () => queries.invalidateQueries({ queryKey: [ROOMS] }),
  });
}

/** Deletes a room as it was read: not one that somebody else has made something else of. */
export function useDeleteRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, version }: Read) => {
      await answer(
        client.DELETE('/api/v1/duty-rooms/{id}', {
          params: { path: { id }, header: ifMatch(version) },
        }),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [ROOMS] }),
  });
}

/** How many lines of a log come at once. */
const LOG_PAGE = 20;

/** A page of a room's log, the newest first. */
export function useDutyLog(id: string, before: string | undefined) {
  return useQuery({
    queryKey: [...log(id), before],
    queryFn: () =>
      answer(
        client.GET('/api/v1/duty-rooms/{id}/looks', {
          params: { path: { id }, query: { limit: LOG_PAGE, ...(before ? { before } : {}) } },
        }),
      ),
    refetchInterval: 5_000,
  });
}

/** Begins to look. The place is told. */
export function openLook(id: string): Promise<LookAccess> {
  return answer(client.POST('/api/v1/duty-rooms/{id}/looks', { params: { path: { id } } }));
}

export async function closeLook(id: string): Promise<void> {
  await answer(client.DELETE('/api/v1/duty-looks/{id}', { params: { path: { id } } }));
}

/** Called when a look began or ended. */
export function useLooksChanged() {
  const queries = useQueryClient();
  return (room: string) => {
    void queries.invalidateQueries({ queryKey: [ROOMS] });
    void queries.invalidateQueries({ queryKey: log(room) });
  };
}
