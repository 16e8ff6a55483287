import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, sendFile } from './client';
import { useMembersChanged } from './members';
import type { MemberImported, MemberImportReport, MemberImportRequest, MemberTrial } from './types';

const IMPORTS = ['member-imports'];

/** Sends a list of households: rows with a mistake are left out and named, the others are written. @throws Refusal */
export function importHouseholds(csv: string): Promise<MemberImportReport> {
  const file = new Blob([csv], { type: 'application/octet-stream' });
  return sendFile<MemberImportReport>('/api/v1/households/import', file);
}

const json = (request: MemberImportRequest) =>
  new Blob([JSON.stringify(request)], { type: 'application/json' });

/** What importing a list of people would do; nothing is written. @throws Refusal */
export function tryMembers(request: MemberImportRequest): Promise<MemberTrial> {
  return sendFile<MemberTrial>('/api/v1/members/imports/trial', json(request));
}

/** Writes a list of people in one go; under the same key it is the same import. @throws Refusal */
export function importMembers(key: string, request: MemberImportRequest): Promise<MemberImported> {
  return sendFile<MemberImported>('/api/v1/members/imports', json(request), { key });
}

/** Imports that can be taken back. */
export function useImports() {
  return useQuery({
    queryKey: IMPORTS,
    queryFn: () => answer(client.GET('/api/v1/members/imports')),
  });
}

export function useImportsChanged() {
  const queries = useQueryClient();
  const people = useMembersChanged();
  return () => Promise.all([people(), queries.invalidateQueries({ queryKey: IMPORTS })]);
}

/** Takes an import back. */
export function useUndoImport() {
  const changed = useImportsChanged();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/v1/members/imports/{id}/undo', { params: { path: { id } } })),
    onSettled: () => changed(),
  });
}
