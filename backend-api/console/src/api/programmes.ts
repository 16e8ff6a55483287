import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch, slowly } from './client';
import { everyPage } from './every_page';
import { asked, MOST, PAGE } from './listed';
import type { NewProgramme, Picture, ProgrammeEdit, ProgrammeStand, StaffProgramme } from './types';
import { UPLOADS } from './uploads';

const LIST = 'programmes';
const one = (id: string) => ['programme', id] as const;

/** Which of them. */
export interface ProgrammesOf {
  /** Id of a list. */
  list?: string | undefined;
  /** Words in it, or how its title or its organization is read. */
  text?: string | undefined;
  captions?: boolean | undefined;
  stand?: ProgrammeStand | undefined;
}

/** How often it is looked how far a film is, in ms. */
const MAKING_EVERY_MS = 3_000;

/** Whether its film is on its way, so that what is shown of it changes by itself. */
const isMaking = ({ film }: StaffProgramme) =>
  film.state === 'waiting' || film.state === 'transcoding';

/** A page of programmes, the newest first, drafts too; withdrawn ones only where they are asked for. */
export function useProgrammes(which: ProgrammesOf, cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, which, cursor],
    queryFn: () => {
      const query = asked(which, cursor, PAGE);
      return answer(client.GET('/api/v1/programmes', { params: { query } }));
    },
    placeholderData: keepPreviousData,
    // Recordings become programmes by themselves.
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(isMaking) ? MAKING_EVERY_MS : 60_000,
  });
}

/** Every programme that televisions show, with at how many of them it was played. */
export function useWatchedProgrammes() {
  return useQuery({
    queryKey: [LIST, 'watched'],
    queryFn: async () => {
      const all = await everyPage<StaffProgramme>((before) =>
        answer(
          client.GET('/api/v1/programmes', {
            params: {
              query: {
                limit: MOST,
                figures: true,
                ...(before === undefined ? {} : { before }),
              },
            },
          }),
        ),
      );
      return all.filter(({ state }) => state === 'published');
    },
    staleTime: 60_000,
  });
}

/** A programme as it stands now, with how often it was watched. */
export function programmeNow(id: string): Promise<StaffProgramme> {
  return answer(client.GET('/api/v1/programmes/{id}', { params: { path: { id } } }));
}

export function useProgramme(id: string) {
  return useQuery({
    queryKey: one(id),
    queryFn: () => programmeNow(id),
    refetchInterval: ({ state: { data } }) => (data && isMaking(data) ? MAKING_EVERY_MS : 60_000),
  });
}

/** What is shown of programmes is read anew after each of these; what came back is known at once. */
function useChange<V>(change: (wish: V) => Promise<StaffProgramme>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (changed) => queries.setQueryData(one(changed.id), changed),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: [LIST] }),
        queries.invalidateQueries({ queryKey: ['programme'] }),
        // A film takes its upload.
        queries.invalidateQueries({ queryKey: [UPLOADS] }),
      ]),
  });
}

/** Makes a draft of a film that was uploaded. */
export function useMakeProgramme() {
  return useChange((body: NewProgramme) => answer(client.POST('/api/v1/programmes', { body })));
}

interface Editing {
  id: string;
  version: number;
  edit: ProgrammeEdit;
}

/** Writes over what is said of a programme. */
export function useEditProgramme() {
  return useChange(({ id, version, edit }: Editing) =>
    answer(
      client.PUT('/api/v1/programmes/{id}', {
        params: { path: { id }, header: ifMatch(version) },
        body: edit,
      }),
    ),
  );
}

/** Shows a draft on the televisions of its audience. */
export function usePublishProgramme() {
  return useChange(({ id, version }: Pick<StaffProgramme, 'id' | 'version'>) =>
    answer(
      client.POST('/api/v1/programmes/{id}/publish', {
        params: { path: { id }, header: ifMatch(version) },
      }),
    ),
  );
}

/** A still picture of a programme's film from this moment of it, in ms, stored. @throws Refusal */
export function stillOf(id: string, at_ms: number): Promise<Picture> {
  return answer(
    client.POST('/api/v1/programmes/{id}/still', {
      params: { path: { id } },
      body: { at_ms },
      fetch: slowly,
    }),
  );
}

/** Tries once more to make a film: of the same upload, or of another. */
export function useFilmAgain() {
  return useChange(({ id, upload }: { id: string; upload?: string }) =>
    answer(
      client.POST('/api/v1/programmes/{id}/film', {
        params: { path: { id } },
        body: upload === undefined ? {} : { upload },
      }),
    ),
  );
}

/** Takes a programme off every television, or gives a draft up. */
export function useWithdrawProgramme() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, reason }: { id: string; reason: string }) => {
      await answer(
        client.POST('/api/v1/programmes/{id}/withdraw', {
          params: { path: { id } },
          body: { reason },
        }),
      );
    },
    onSettled: (_done, _error, { id }) => {
      void queries.invalidateQueries({ queryKey: [LIST] });
      void queries.invalidateQueries({ queryKey: one(id) });
    },
  });
}
