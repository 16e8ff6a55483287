import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, bytesOf, client, ifMatch, sendFile } from './client';
import type {
  Attachment,
  Submission,
  SubmissionDraft,
  SubmissionPage,
  SubmissionState,
  SubmissionTake,
} from './types';
import { UPLOADS } from './uploads';

const LIST = 'submissions';
const one = (id: string) => ['submission', id] as const;

/** How many come at once. */
const PAGE = 50;

/** How often it is asked whether something is new. */
const LOOK_EVERY_MS = 30_000;

export interface SubmissionWish {
  /** Left out: all. */
  state: SubmissionState | undefined;
  /** Code of an organization, with those below it; empty: all. */
  organization: string;
  /** What title, text or sender contain; empty: anything. */
  q: string;
  cursor: string | undefined;
}

function listed({ state, organization, q, cursor }: SubmissionWish, limit: number) {
  return answer(
    client.GET('/api/v1/submissions', {
      params: {
        query: {
          limit,
          ...(state === undefined ? {} : { state }),
          ...(organization === '' ? {} : { organization }),
          ...(q === '' ? {} : { q }),
          ...(cursor === undefined ? {} : { before: cursor }),
        },
      },
    }),
  );
}

/** A page of what was sent, the latest first. */
export function useSubmissions(wish: SubmissionWish) {
  return useQuery({
    queryKey: [LIST, wish],
    queryFn: (): Promise<SubmissionPage> => listed(wish, PAGE),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** The latest one that stands so, and how many wait and were returned. */
export function useSubmissionsLeft(state: 'waiting' | 'returned', may: boolean) {
  return useQuery({
    queryKey: [LIST, 'left', state],
    queryFn: () => listed({ state, organization: '', q: '', cursor: undefined }, 1),
    enabled: may,
    refetchInterval: 60_000,
  });
}

/** A submission as it stands now. */
export function submissionNow(id: string): Promise<Submission> {
  return answer(client.GET('/api/v1/submissions/{id}', { params: { path: { id } } }));
}

export function useSubmission(id: string) {
  return useQuery({
    queryKey: one(id),
    queryFn: () => submissionNow(id),
    // Somebody else may decide, too.
    refetchInterval: LOOK_EVERY_MS,
  });
}

/** Called when a submission became another. */
function useChanged() {
  const queries = useQueryClient();
  return {
    onSuccess: (now: Submission) => queries.setQueryData(one(now.id), now),
    // Nobody waits for the list: what was done is here already.
    onSettled: () => {
      for (const list of [LIST, UPLOADS]) void queries.invalidateQueries({ queryKey: [list] });
    },
  };
}

interface Saving {
  draft: SubmissionDraft;
  /** The one to send again, and the version that was edited; left out: a new one. */
  of?: { id: string; version: number } | undefined;
}

/** Sends something, or sends it again. */
export function useSendSubmission() {
  return useMutation({
    mutationFn: ({ draft, of }: Saving) =>
      of
        ? answer(
            client.PUT('/api/v1/submissions/{id}', {
              params: { path: { id: of.id }, header: ifMatch(of.version) },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/submissions', { body: draft })),
    ...useChanged(),
  });
}

interface Refusing {
  verb: 'return' | 'decline';
  id: string;
  version: number;
  reason: string;
}

/** Returns or declines one, as it was read. */
export function useRefuseSubmission() {
  return useMutation({
    mutationFn: ({ verb, id, version, reason }: Refusing) =>
      answer(
        client.POST(`/api/v1/submissions/{id}/${verb}`, {
          params: { path: { id }, header: ifMatch(version) },
          body: { reason },
        }),
      ),
    ...useChanged(),
  });
}

/** Takes one back, as it was read. */
export function useWithdrawSubmission() {
  return useMutation({
    mutationFn: ({ id, version }: { id: string; version: number }) =>
      answer(
        client.POST('/api/v1/submissions/{id}/withdraw', {
          params: { path: { id }, header: ifMatch(version) },
        }),
      ),
    ...useChanged(),
  });
}

/** Makes a draft of one, as it was read. */
export function useTakeSubmission() {
  return useMutation({
    mutationFn: ({ id, version, take }: { id: string; version: number; take: SubmissionTake }) =>
      answer(
        client.POST('/api/v1/submissions/{id}/take', {
          params: { path: { id }, header: ifMatch(version) },
          body: take,
        }),
      ),
    ...useChanged(),
  });
}

/** A picture of a submission. @throws Refusal */
export function submissionPicture(submission: string, picture: string): Promise<Blob> {
  const part = encodeURIComponent;
  return bytesOf(`/api/v1/submissions/${part(submission)}/pictures/${part(picture)}`);
}

/** Uploads a picture that goes with a submission. @throws Refusal */
export function uploadSubmissionPicture(picture: Blob): Promise<Attachment> {
  return sendFile<Attachment>('/api/v1/submissions/pictures', picture);
}

/** Makes a page for one telephone. */
export function useMakeSubmissionLink() {
  return useMutation({
    mutationFn: (organization_code: string) =>
      answer(client.POST('/api/v1/submission-links', { body: { organization_code } })),
  });
}

/** How the page stands: somebody waits for it with a telephone in the hand. */
export function useSubmissionLink(id: string | undefined) {
  return useQuery({
    queryKey: ['submission link', id],
    queryFn: () =>
      answer(client.GET('/api/v1/submission-links/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
    refetchInterval: ({ state: { data } }) => (data?.submission_id == null ? 3_000 : false),
  });
}
