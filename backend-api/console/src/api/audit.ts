import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { answer, client } from './client';
import { asked, PAGE } from './listed';
import type { AuditEntry } from './types';

/** Which entries. Empty: whatever it is. */
export interface AuditWish {
  /** `staff:wang` */
  actor: string;
  /** `member.reveal` */
  action: string;
  /** `member:0199…` */
  subject: string;
  /** Any of these. */
  actions?: readonly string[];
  /** So long until now, in ms. */
  for_ms?: number | undefined;
  /** In which this is found; so much of it as the server takes. */
  q?: string;
  /** What that means in the log. */
  meant?: readonly string[];
}

function pageOf(
  { actions = [], meant = [], for_ms, q = '', ...which }: AuditWish,
  before: number | undefined,
  limit: number,
) {
  const since_ms = for_ms === undefined ? undefined : Date.now() - for_ms;
  const lists = { actions: actions.join(','), meant: meant.join(',') };
  const query = asked({ ...which, ...lists, q: q.slice(0, 100), since_ms }, before, limit);
  return answer(client.GET('/api/v1/audit', { params: { query } }));
}

export function useAudit(cursor: string | undefined, wish: AuditWish) {
  return useQuery({
    queryKey: ['audit', cursor, wish],
    queryFn: () => pageOf(wish, cursor === undefined ? undefined : Number(cursor), PAGE),
    placeholderData: keepPreviousData,
  });
}

/** The entry of a number; `null`: there is none, or it does not concern the own subtree. */
export async function entryOf(seq: number): Promise<AuditEntry | null> {
  const any = { actor: '', action: '', subject: '' };
  const { items } = await pageOf(any, seq + 1, 1);
  const [first] = items;
  return first?.seq === seq ? first : null;
}

/** The end of the log, to be written down elsewhere. */
export function useAuditHead() {
  return useQuery({
    queryKey: ['audit head'],
    queryFn: () => answer(client.GET('/api/v1/audit/head')),
  });
}
