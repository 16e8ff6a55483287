import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import { isSignedOut } from './refusal';
import type { Me } from './types';

export const ME = ['me'] as const;

export interface Credentials {
  login: string;
  password: string;
  totp?: string;
}

/** Who is signed in; `null`: nobody. */
export function useMe() {
  return useQuery({
    queryKey: ME,
    queryFn: async (): Promise<Me | null> => {
      try {
        return await answer(client.GET('/api/v1/staff/sessions/current'));
      } catch (error) {
        if (isSignedOut(error)) return null;
        throw error;
      }
    },
    staleTime: 60_000,
    refetchInterval: 5 * 60_000,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      // The answer's token is not kept: the cookie, which no script can read, is the session.
      await answer(client.POST('/api/v1/staff/sessions', { body: credentials }));
    },
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      await answer(client.DELETE('/api/v1/staff/sessions/current'));
    },
    // A new page: nothing of what was seen stays in memory.
    onSettled: () => location.assign(import.meta.env.BASE_URL),
  });
}

/** Called when any request learns that the account has to set its second factor up first. */
export function askWhoIAm(queries: ReturnType<typeof useQueryClient>): void {
  void queries.invalidateQueries({ queryKey: ME });
}

/** Called when any request learns that the session is over. */
export function forgetMe(queries: ReturnType<typeof useQueryClient>): void {
  queries.setQueryData(ME, null);
}
