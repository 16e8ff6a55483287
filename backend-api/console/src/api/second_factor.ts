import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import { ME } from './session';

/** Whether this system asks nobody for a second factor: a demonstration, which says so. */
export function useWithoutSecondFactor(): boolean {
  const rules = useQuery({
    queryKey: ['sign-in rules'],
    queryFn: () => answer(client.GET('/api/v1/staff/sign-in')),
    staleTime: Infinity,
  });
  return rules.data?.without_second_factor ?? false;
}

const OFFER = 'second factor offer';

/** A secret to be put into an authenticator: a new one for each set-up. */
export function useOffer() {
  return useQuery({
    queryKey: [OFFER],
    queryFn: () => answer(client.POST('/api/v1/staff/totp')),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

/** Demands the offered second factor. Whoever did it is shown the codes before anything else changes. */
export function useConfirm() {
  return useMutation({
    mutationFn: (code: string) =>
      answer(client.POST('/api/v1/staff/totp/confirm', { body: { code } })),
  });
}

export function useRenewCodes() {
  return useMutation({
    mutationFn: (code: string) =>
      answer(client.POST('/api/v1/staff/totp/recovery-codes', { body: { code } })),
  });
}

/** Demands it no more; with another telephone it is set up anew. */
export function useRemoveSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (code: string) => {
      await answer(client.DELETE('/api/v1/staff/totp', { body: { code } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ME }),
  });
}

/** Asks again who is signed in and how they stand with their second factor. */
export function useAskAgain(): () => Promise<void> {
  const queries = useQueryClient();
  // Another offer would be refused now.
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== OFFER });
}
