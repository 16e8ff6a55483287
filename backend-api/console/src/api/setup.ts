/** Setting a new server up, and the organizations that come first. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client } from './client';
import type { OrganizationRow, OrganizationsReport, Setup } from './types';

const STATE = ['setup'] as const;

/** Whether the server has no account yet. */
export function useSetupOpen(asked: boolean) {
  return useQuery({
    queryKey: STATE,
    queryFn: async () => (await answer(client.GET('/api/v1/setup'))).open,
    enabled: asked,
    staleTime: Infinity,
  });
}

/** Makes the place and its administrator; the page is signed in then. */
export function useClaim() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (setup: Setup) => {
      // As when signing in: the cookie is the session.
      await answer(client.POST('/api/v1/setup', { body: setup }));
    },
    onSuccess: () => queries.invalidateQueries(),
  });
}

/** Asks again whether there is an account by now. */
export function useAskState() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: STATE });
}

interface Importing {
  rows: OrganizationRow[];
  /** Only tells what is wrong. */
  dry: boolean;
}

/** Makes many organizations at once, or tells what is wrong with them. */
export function useImportOrganizations() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ rows, dry }: Importing): Promise<OrganizationsReport> =>
      answer(client.POST('/api/v1/organizations/import', { body: { rows, dry_run: dry } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['organizations'] }),
  });
}
