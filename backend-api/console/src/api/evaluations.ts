import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch, sendFile } from './client';
import { everyPage } from './every_page';
import type { EvaluationDraft, PaperBallot, QuestionForm, StaffEvaluation } from './types';

const LIST = 'evaluations';
const one = (id: string) => ['evaluation', id] as const;

/** How many come at once. */
const PAGE = 50;

export function useEvaluations(cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, cursor],
    queryFn: () =>
      answer(
        client.GET('/api/v1/evaluations', {
          params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { before: cursor }) } },
        }),
      ),
    refetchInterval: 60_000,
  });
}

/** Every evaluation that the own subtree sees. */
export function everyEvaluation(): Promise<StaffEvaluation[]> {
  return everyPage((cursor) =>
    answer(
      client.GET('/api/v1/evaluations', {
        params: { query: { limit: 200, ...(cursor ? { before: cursor } : {}) } },
      }),
    ),
  );
}

/** An evaluation as it stands now. */
export function evaluationNow(id: string): Promise<StaffEvaluation> {
  return answer(client.GET('/api/v1/evaluations/{id}', { params: { path: { id } } }));
}

export function useEvaluation(id: string) {
  return useQuery({
    queryKey: one(id),
    queryFn: () => evaluationNow(id),
    refetchInterval: 30_000,
  });
}

/** Called when an evaluation became another. */
function useChanged() {
  const queries = useQueryClient();
  return {
    onSuccess: (now: StaffEvaluation) => queries.setQueryData(one(now.evaluation.id), now),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: [LIST] }),
        queries.invalidateQueries({ queryKey: ['evaluation'] }),
      ]),
  };
}

interface Saving {
  draft: EvaluationDraft;
  /** The draft to change; left out: a new one. */
  of?: { id: string; version: number } | undefined;
}

export function useSaveEvaluation() {
  return useMutation({
    mutationFn: ({ draft, of }: Saving) =>
      of
        ? answer(
            client.PUT('/api/v1/evaluations/{id}', {
              params: { path: { id: of.id }, header: ifMatch(of.version) },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/evaluations', { body: draft })),
    ...useChanged(),
  });
}

/** The questions of a table (CSV) or of a file of the content folder (TOML). Nothing of them is kept. @throws Refusal */
export function questionsOfFile(file: Blob): Promise<QuestionForm> {
  return sendFile('/api/v1/evaluations/questions', file);
}

/** Freezes what was read, and shows it on the televisions. */
export function useAnnounce() {
  return useMutation({
    mutationFn: ({ evaluation, version }: StaffEvaluation) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/announce', {
          params: { path: { id: evaluation.id }, header: ifMatch(version) },
        }),
      ),
    ...useChanged(),
  });
}

/** Opens it before its time. */
export function useOpen() {
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/v1/evaluations/{id}/open', { params: { path: { id } } })),
    ...useChanged(),
  });
}

/** Ends it and counts. `accept_paper_difference`: more names than sheets on paper, and that stands. */
export function useCloseEvaluation() {
  return useMutation({
    mutationFn: ({ id, accept_paper_difference }: Closing) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/close', {
          params: { path: { id } },
          body: { accept_paper_difference },
        }),
      ),
    ...useChanged(),
  });
}

interface Closing {
  id: string;
  accept_paper_difference: boolean;
}

/** Links what was done about it: a published bulletin, or none. */
export function useFollowUp() {
  return useMutation({
    mutationFn: ({ of, bulletin }: { of: StaffEvaluation; bulletin: string | null }) =>
      answer(
        client.PUT('/api/v1/evaluations/{id}/follow-up', {
          params: { path: { id: of.evaluation.id }, header: ifMatch(of.version) },
          body: { bulletin_id: bulletin },
        }),
      ),
    ...useChanged(),
  });
}

/** Bulletins on the televisions, the newest first: one of them may say what was done. */
export function usePublishedBulletins() {
  return useQuery({
    queryKey: ['bulletins', 'published'],
    queryFn: () =>
      answer(
        client.GET('/api/v1/bulletins', { params: { query: { state: 'published', limit: 200 } } }),
      ),
    staleTime: 60_000,
  });
}

export function useCancelEvaluation() {
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/cancel', {
          params: { path: { id } },
          body: { reason },
        }),
      ),
    ...useChanged(),
  });
}

interface Answering {
  id: string;
  objection: string;
  entitled: boolean;
  reason: string;
}

/** Says to somebody whether they are entitled. */
export function useAnswerObjection() {
  return useMutation({
    mutationFn: ({ id, objection, entitled, reason }: Answering) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/objections/{objection}', {
          params: { path: { id, objection } },
          body: { entitled, reason },
        }),
      ),
    ...useChanged(),
  });
}

/** Notes that somebody voted on paper. */
export function useMarkPaperVoter(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (member_id: string) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/paper-voters', {
          params: { path: { id } },
          body: { member_id },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: one(id) }),
  });
}

/** Takes back that somebody voted on paper: they were noted by mistake. */
export function useTakeVoterBack(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { member_id: string; reason: string }) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/paper-voters/take-back', {
          params: { path: { id } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: one(id) }),
  });
}

/** Takes a sheet of paper back, with all that was read of it. */
export function useTakeBallotBack(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (sheet: number) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/paper-ballots/take-back', {
          params: { path: { id } },
          body: { sheet },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: one(id) }),
  });
}

/** Hands a reading of a sheet of paper in. */
export function useReadSheet(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ballot: PaperBallot) =>
      answer(
        client.POST('/api/v1/evaluations/{id}/paper-ballots', {
          params: { path: { id } },
          body: ballot,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: one(id) }),
  });
}

/** Where the published ballots of a secret evaluation are. */
export const ballotTable = (id: string) =>
  `/api/v1/evaluations/${encodeURIComponent(id)}/ballots.csv`;
