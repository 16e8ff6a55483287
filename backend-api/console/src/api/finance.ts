import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, sendFile } from './client';
import type { FinanceDraft, FinanceSheet, FinanceTable, StaffBulletin } from './types';

/** Reads a spreadsheet, or what was pasted out of one, as the server reads it. @throws Refusal */
export function readSheet(file: Blob): Promise<FinanceTable> {
  return sendFile<FinanceTable>('/api/v1/finance-sheets/read', file);
}

/** What the server says of accounts; nothing is written. */
export function useJudged(sheet: FinanceSheet, wanted: boolean) {
  return useQuery({
    queryKey: ['finance', sheet],
    queryFn: () => answer(client.POST('/api/v1/finance-sheets/trial', { body: sheet })),
    enabled: wanted,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: false,
  });
}

/** Makes the draft; under the same key it is the same one. */
export function useFinanceDraft() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, draft }: { key: string; draft: FinanceDraft }): Promise<StaffBulletin> =>
      answer(
        client.POST('/api/v1/finance-sheets', {
          params: { header: { 'Idempotency-Key': key } },
          body: draft,
        }),
      ),
    onSuccess: (now) => queries.setQueryData(['bulletin', now.id], now),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['bulletins'] }),
  });
}
