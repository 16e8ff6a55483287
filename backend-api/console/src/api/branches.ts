import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import type { BranchDraft, StaffBranch } from './types';

const LIST = 'branches';
const one = (code: string) => ['branch', code] as const;

/** How many pages of organizations come at once. */
const PAGE = 50;

export function useBranches(cursor: string | undefined) {
  return useQuery({
    queryKey: [LIST, cursor],
    queryFn: () =>
      answer(
        client.GET('/api/v1/branches', {
          params: { query: { limit: PAGE, ...(cursor === undefined ? {} : { before: cursor }) } },
        }),
      ),
  });
}

/** The page of an organization as it stands now. */
export function branchNow(code: string): Promise<StaffBranch> {
  return answer(client.GET('/api/v1/organizations/{code}/page', { params: { path: { code } } }));
}

export function useBranch(code: string) {
  return useQuery({ queryKey: one(code), queryFn: () => branchNow(code) });
}

interface Saving {
  code: string;
  draft: BranchDraft;
  /** Of the page that was edited; 0: there was none. */
  version: number;
}

/** Writes the page of an organization. */
export function useSaveBranch() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ code, draft, version }: Saving) =>
      answer(
        client.PUT('/api/v1/organizations/{code}/page', {
          params: { path: { code }, header: { 'If-Match': String(version) } },
          body: draft,
        }),
      ),
    onSuccess: (saved) => queries.setQueryData(one(saved.organization_code), saved),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** Takes the page of an organization back. */
export function useWithdrawBranch() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ organization_code: code, version }: StaffBranch) => {
      await answer(
        client.DELETE('/api/v1/organizations/{code}/page', {
          params: { path: { code }, header: { 'If-Match': String(version) } },
        }),
      );
    },
    onSettled: (_done, _error, { organization_code: code }) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: [LIST] }),
        queries.invalidateQueries({ queryKey: one(code) }),
      ]),
  });
}
