import { useQuery } from '@tanstack/react-query';

import { latestRollCalls, resultsOf } from '../../api/roll_calls';
import type { OrganizationCounts } from '../../api/types';
import { countedIn, isOlder } from './attendance';

/** So many roll calls are summed on the page at most; of more, the server's report of a month is downloaded. */
const MOST = 240;
/** So many are looked through for those of the span. */
const LOOKED = 1_000;
/** So many are asked for at a time. */
const AT_ONCE = 4;

export interface Counted {
  /** There are too many to be summed here. */
  tooMany: boolean;
  rollCalls: { opened_at_ms?: number | null; branches: OrganizationCounts[] }[];
}

/** The figures by branch of every roll call that opened within a span. No name is read for it. */
export function useAttendance(from_ms: number, until_ms: number) {
  return useQuery({
    queryKey: ['attendance', from_ms, until_ms],
    queryFn: async (): Promise<Counted> => {
      const { rollCalls, more } = await latestRollCalls((one) => isOlder(one, from_ms), LOOKED);
      const counted = countedIn(rollCalls, from_ms, until_ms);
      if (more || counted.length > MOST) return { tooMany: true, rollCalls: [] };
      const found: Counted['rollCalls'] = [];
      for (let at = 0; at < counted.length; at += AT_ONCE) {
        const some = counted.slice(at, at + AT_ONCE);
        const results = await Promise.all(some.map(({ id }) => resultsOf(id)));
        for (const [n, { organizations }] of results.entries()) {
          found.push({ opened_at_ms: some[n]?.opened_at_ms ?? null, branches: organizations });
        }
      }
      return { tooMany: false, rollCalls: found };
    },
    staleTime: 5 * 60_000,
  });
}
