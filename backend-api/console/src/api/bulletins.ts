import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch, sendFile } from './client';
import { everyPage } from './every_page';
import { asked, MOST, PAGE } from './listed';
import { scan } from './scan';
import type {
  BulletinState,
  Confirmations,
  Manuscript,
  Picture,
  PictureRegion,
  StaffBulletin,
  WrittenBulletin,
} from './types';

const LIST = 'bulletins';
const one = (id: string) => ['bulletin', id] as const;

/** Which of them. */
export interface BulletinsOf {
  state?: BulletinState | undefined;
  /** Id of a list. */
  list?: string | undefined;
  /** Code of an organization: with those below it. */
  organization?: string | undefined;
  /** Words in it, or how its title is read. */
  text?: string | undefined;
}

function bulletinsOf(which: BulletinsOf, before: string | undefined, limit: number) {
  const query = asked(which, before, limit);
  return answer(client.GET('/api/v1/bulletins', { params: { query } }));
}

/** A page of bulletins, the newest first; of all states those that wait are left out, which are listed whole. */
export function useBulletins(which: BulletinsOf, cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, which, cursor],
    queryFn: () =>
      scan({
        page: (before) => bulletinsOf(which, before, PAGE),
        wanted: ({ state }) => which.state !== undefined || state !== 'submitted',
        from: cursor,
        enough: 1,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

/** All that wait for whoever publishes. */
export function useSubmitted(enabled = true, which: BulletinsOf = {}) {
  return useQuery({
    queryKey: [LIST, 'submitted whole', which],
    queryFn: () =>
      everyPage<StaffBulletin>((before) =>
        bulletinsOf({ ...which, state: 'submitted' }, before, MOST),
      ),
    refetchInterval: 30_000,
    enabled,
  });
}

/** Every bulletin of the own subtree, also what televisions do not show any more. */
export function everyBulletin(): Promise<StaffBulletin[]> {
  return everyPage<StaffBulletin>((before) => bulletinsOf({}, before, MOST));
}

/** A bulletin as it stands now. */
export function bulletinNow(id: string): Promise<StaffBulletin> {
  return answer(client.GET('/api/v1/bulletins/{id}', { params: { path: { id } } }));
}

/** `id`: nothing is asked for a bulletin that the server does not have yet. */
export function useBulletin(id: string | null) {
  return useQuery({
    queryKey: one(id ?? ''),
    queryFn: () => bulletinNow(id ?? ''),
    enabled: id !== null,
    // Somebody else may write in it, too.
    refetchInterval: 15_000,
  });
}

/** Called when a bulletin became another. */
function useChanged() {
  const queries = useQueryClient();
  return {
    onSuccess: (now: StaffBulletin) => queries.setQueryData(one(now.id), now),
    // Nobody waits for the list: what was done is here already.
    onSettled: () => void queries.invalidateQueries({ queryKey: [LIST] }),
  };
}

interface Saving {
  draft: WrittenBulletin;
  /** The bulletin to change, and the version that was edited; left out: a new one. */
  of?: { id: string; version: number } | undefined;
}

/** Writes a new draft, or changes the bulletin that is given. */
export function useSaveBulletin() {
  return useMutation({
    mutationFn: ({ draft, of }: Saving) =>
      of
        ? answer(
            client.PUT('/api/v1/bulletins/{id}', {
              params: { path: { id: of.id }, header: ifMatch(of.version) },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/bulletins', { body: draft })),
    ...useChanged(),
  });
}

export type Step = 'submit' | 'return' | 'publish' | 'withdraw';

interface Stepping {
  step: Step;
  id: string;
  version: number;
  /** Why it is handed back or withdrawn. */
  reason?: string;
  /** What whoever publishes answers for. */
  said?: Confirmations;
}

/** Takes a bulletin, as it was read, one step on. */
export function useStep() {
  return useMutation({
    mutationFn: ({ step, id, version, reason = '', said }: Stepping) => {
      const params = { path: { id }, header: ifMatch(version) };
      if (step === 'publish') {
        return answer(
          client.POST('/api/v1/bulletins/{id}/publish', { params, body: said ?? null }),
        );
      }
      return answer(
        step === 'submit'
          ? client.POST('/api/v1/bulletins/{id}/submit', { params })
          : client.POST(`/api/v1/bulletins/{id}/${step}`, { params, body: { reason } }),
      );
    },
    ...useChanged(),
  });
}

interface Covering {
  id: string;
  version: number;
  /** The picture's file for the screen. */
  name: string;
  regions: PictureRegion[];
}

/** Covers parts of a picture in a bulletin for good. */
export function useCoverPicture() {
  return useMutation({
    mutationFn: ({ id, version, name, regions }: Covering) =>
      answer(
        client.POST('/api/v1/bulletins/{id}/pictures/{name}/cover', {
          params: { path: { id, name }, header: ifMatch(version) },
          body: { regions },
        }),
      ),
    ...useChanged(),
  });
}

/** A document takes up to a minute, and one waits for another. */
const MANUSCRIPT_PATIENCE_MS = 150_000;

/** A PDF or a Word document as blocks of a bulletin. @throws Refusal */
export function turnManuscript(file: Blob): Promise<Manuscript> {
  // Whatever a browser takes it for: the server looks into it.
  const bytes = new Blob([file], { type: 'application/octet-stream' });
  return sendFile<Manuscript>('/api/v1/manuscripts', bytes, {
    patience_ms: MANUSCRIPT_PATIENCE_MS,
  });
}

/** Stores a photograph in the sizes a television needs. @throws Refusal */
export function uploadBulletinPicture(photo: Blob, caption: string): Promise<Picture> {
  const query = new URLSearchParams(caption === '' ? {} : { caption });
  return sendFile<Picture>(`/api/v1/pictures?${query.toString()}`, photo);
}

/** Where a stored file is. */
export const fileAt = (name: string) => `/files/${encodeURIComponent(name)}`;

/** What was done with a bulletin, the newest first; for who may read the audit log. */
export function useBulletinLog(id: string, may: boolean) {
  return useQuery({
    queryKey: ['audit', 'bulletin', id],
    queryFn: () =>
      answer(
        client.GET('/api/v1/audit', {
          params: { query: { subject: `bulletin:${id}`, limit: 50 } },
        }),
      ),
    enabled: may,
  });
}
