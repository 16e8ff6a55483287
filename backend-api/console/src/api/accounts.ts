import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { asked, MOST, PAGE } from './listed';
import type { AccountOnly, Role } from './types';

const LIST = 'accounts';
const SESSIONS = 'staff sessions';

/** Which of them. */
export interface AccountsOf {
  /** What the login contains, or how the organization is called or read. */
  name?: string | undefined;
  role?: Role | undefined;
  only?: AccountOnly | undefined;
}

/** Accounts of the own subtree, a page of them. */
export function useAccounts(which: AccountsOf, cursor?: string, limit = PAGE) {
  return useQuery({
    queryKey: [LIST, which, cursor, limit],
    queryFn: () => {
      const query = asked(which, cursor, limit);
      return answer(client.GET('/api/v1/staff/accounts', { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}

/** Those that may sign in by a password alone; `more`: there are others. */
export function useWithoutSecondFactor() {
  const { data } = useAccounts({ only: 'without_second_factor' }, undefined, MOST);
  return { count: data?.items.length ?? 0, more: data?.next != null };
}

export function useAccount(id: string) {
  return useQuery({ queryKey: [LIST, 'one', id], queryFn: () => accountNow(id) });
}

/** An account as it stands now. */
export function accountNow(id: string) {
  return answer(client.GET('/api/v1/staff/accounts/{id}', { params: { path: { id } } }));
}

/** What would be left behind if an account were closed, and what of it another one could go on with. */
export function useHands(id: string, successor: string | undefined) {
  return useQuery({
    queryKey: [LIST, 'hands', id, successor],
    queryFn: () =>
      answer(
        client.GET('/api/v1/staff/accounts/{id}/hands', {
          params: { path: { id }, query: successor === undefined ? {} : { successor } },
        }),
      ),
    // What was said a while ago may be wrong by now.
    staleTime: 0,
  });
}

/** Who is signed in where; `everybody`: those of the own subtree instead of oneself. */
export function useSessions(everybody: boolean) {
  return useQuery({
    queryKey: [SESSIONS, everybody],
    queryFn: () =>
      answer(client.GET('/api/v1/staff/sessions', { params: { query: { everybody } } })),
    refetchInterval: 60_000,
  });
}

function useAgain() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: [LIST] }),
      queries.invalidateQueries({ queryKey: [SESSIONS] }),
    ]);
}

export interface NewAccount {
  login: string;
  password: string;
  role: Role;
  organization_code: string;
}

export function useCreateAccount() {
  const again = useAgain();
  return useMutation({
    mutationFn: (draft: NewAccount) =>
      answer(client.POST('/api/v1/staff/accounts', { body: draft })),
    onSettled: () => again(),
  });
}

/** Changes what an account is trusted with, and where. In force with its next request. */
export function useChangeAccount() {
  const again = useAgain();
  return useMutation({
    mutationFn: ({
      id,
      version,
      ...body
    }: {
      id: string;
      version: number;
      role: Role;
      organization_code: string;
    }) =>
      answer(
        client.PUT('/api/v1/staff/accounts/{id}', {
          params: { path: { id }, header: ifMatch(version) },
          body,
        }),
      ),
    onSettled: () => again(),
  });
}

/** What is done to an account as a whole. */
export type AccountDeed =
  | { deed: 'disable' }
  /** Closed, too, once what fits is in the hands of another account. */
  | { deed: 'hand over'; to: string }
  | { deed: 'enable' }
  | { deed: 'totp' }
  | { deed: 'password'; password: string };

function done(id: string, what: AccountDeed): Promise<unknown> {
  const params = { path: { id } };
  switch (what.deed) {
    case 'disable':
      return answer(client.POST('/api/v1/staff/accounts/{id}/disable', { params }));
    case 'hand over':
      return answer(
        client.POST('/api/v1/staff/accounts/{id}/hand-over', {
          params,
          body: { successor_id: what.to },
        }),
      );
    case 'enable':
      return answer(client.POST('/api/v1/staff/accounts/{id}/enable', { params }));
    case 'totp':
      return answer(client.DELETE('/api/v1/staff/accounts/{id}/totp', { params }));
    case 'password':
      return answer(
        client.POST('/api/v1/staff/accounts/{id}/password', {
          params,
          body: { password: what.password },
        }),
      );
  }
}

export function useAccountDeed(id: string) {
  const again = useAgain();
  return useMutation({
    mutationFn: (what: AccountDeed) => done(id, what),
    onSettled: () => again(),
  });
}

/** Ends sessions: whoever uses them is asked for their password again. */
export function useEndSessions() {
  const again = useAgain();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      for (const id of ids) {
        await answer(client.DELETE('/api/v1/staff/sessions/{id}', { params: { path: { id } } }));
      }
    },
    onSettled: () => again(),
  });
}
