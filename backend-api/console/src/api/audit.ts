import { useQuery } from '@tanstack/react-query';

import { answer, client } from './client';
import { asked, MOST, PAGE } from './listed';
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
}

function pageOf(
  { actions = [], for_ms, ...which }: AuditWish,
  before: number | undefined,
  limit: number,
) {
  const since_ms = for_ms === undefined ? undefined : Date.now() - for_ms;
  const query = asked({ ...which, actions: actions.join(','), since_ms }, before, limit);
  return answer(client.GET('/api/v1/audit', { params: { query } }));
}

export function useAudit(cursor: string | undefined, wish: AuditWish, enabled: boolean) {
  return useQuery({
    queryKey: ['audit', cursor, wish],
    queryFn: () => pageOf(wish, cursor === undefined ? undefined : Number(cursor), PAGE),
    enabled,
  });
}

export interface Looked {
  found: AuditEntry[];
  /** How many were looked at. */
  looked: number;
  /** There are older ones that were not looked at. */
  more: boolean;
}

/** Looks for words among the newest `depth` entries: the server finds whole names only. */
export function useAuditSearch(
  wish: AuditWish,
  depth: number,
  isWanted: (entry: AuditEntry) => boolean,
  words: string,
) {
  return useQuery({
    queryKey: ['audit search', wish, depth],
    queryFn: async () => {
      const entries: AuditEntry[] = [];
      let before: number | undefined;
      do {
        const { items, next } = await pageOf(wish, before, MOST);
        entries.push(...items);
        before = next ?? undefined;
      } while (before !== undefined && entries.length < depth);
      return { entries, more: before !== undefined };
    },
    enabled: words !== '',
    select: ({ entries, more }): Looked => ({
      found: entries.filter(isWanted),
      looked: entries.length,
      more,
    }),
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
