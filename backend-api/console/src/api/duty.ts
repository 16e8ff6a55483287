import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
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

/** Makes a room, or changes the one that is given. */
export function useSaveRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, room }: { draft: DutyRoomDraft; room?: DutyRoom | undefined }) =>
      room
        ? answer(
            client.PUT('/api/v1/duty-rooms/{id}', {
              params: { path: { id: room.id } },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/duty-rooms', { body: draft })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [ROOMS] }),
  });
}

export function useDeleteRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await answer(client.DELETE('/api/v1/duty-rooms/{id}', { params: { path: { id } } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: [ROOMS] }),
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
