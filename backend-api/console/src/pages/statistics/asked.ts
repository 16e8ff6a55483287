/** What branches were asked for in a month, and what they were asked for twice. Pure. */
import type {
  Organization,
  RollCall,
  StaffBulletin,
  StaffEvaluation,
  StaffMeeting,
} from '../../api/types';
import { day } from '../../words/time';
import { EVALUATION_KIND } from '../../words/evaluations';

export type AskKind = 'meeting' | 'roll_call' | 'evaluation' | 'urgent';

export interface Ask {
  id: string;
  kind: AskKind;
  /** What it is: `会议`, `点名`, `测评`, `问卷`, `表决`, `紧急插播`. */
  words: string;
  title: string;
  at_ms: number;
  /** Whose subtree is asked. */
  organization: { id: string; name: string };
  /** Where it is in the console; `null`: nowhere of its own. */
  to: string | null;
}

interface Sources {
  rollCalls: readonly RollCall[];
  meetings: readonly StaffMeeting[];
  evaluations: readonly StaffEvaluation[];
  bulletins: readonly StaffBulletin[];
  /** Everybody that is known, by code. */
  places: ReadonlyMap<string, { id: string; name: string }>;
}

/** Everything that was asked within a span, by time. What was cancelled or never announced was not asked. */
export function asksIn(
  { rollCalls, meetings, evaluations, bulletins, places }: Sources,
  from_ms: number,
  until_ms: number,
): Ask[] {
  const held = meetings.filter(({ meeting: { state } }) => state !== 'cancelled');
  const ids = new Set(held.map(({ meeting }) => meeting.id));
  const asks: Ask[] = [
    ...held.map(({ meeting, audience }): Ask => ({
      id: meeting.id,
      kind: 'meeting',
      words: '会议',
      title: meeting.title,
      at_ms: meeting.starts_at_ms,
      organization: audience,
      to: `/meetings?open=${meeting.id}`,
    })),
    ...rollCalls
      .filter(({ state }) => state !== 'cancelled')
      // Signing in to a meeting is a part of it, and not asked besides.
      .filter(({ meeting_id }) => meeting_id == null || !ids.has(meeting_id))
      .map((one): Ask => ({
        id: one.id,
        kind: 'roll_call',
        words: '点名',
        title: one.title,
        at_ms: one.opened_at_ms ?? one.rounds[0]?.opens_at_ms ?? NaN,
        organization: one.organization,
        to: `/roll-calls/${one.id}`,
      })),
    ...evaluations
      .filter(({ evaluation: { state } }) => ['announced', 'open', 'closed'].includes(state))
      .map(({ evaluation }): Ask => ({
        id: evaluation.id,
        kind: 'evaluation',
        words: EVALUATION_KIND[evaluation.evaluation_kind],
        title: evaluation.title,
        at_ms: evaluation.opens_at_ms,
        organization: evaluation.organization,
        to: `/services/evaluations/${evaluation.id}`,
      })),
    // What comes over every screen wants to be read at once; one that was taken back was asked all the same.
    ...bulletins
      .filter(({ draft, published_at_ms: at }) => draft.urgent === true && at != null)
      .map(({ id, draft, published_at_ms: at }): Ask => ({
        id,
        kind: 'urgent',
        words: '紧急插播',
        title: draft.title,
        at_ms: at ?? NaN,
        organization: places.get(draft.audience_code) ?? { id: '', name: draft.audience_code },
        to: `/publish?open=${id}`,
      })),
  ];
  return asks
    .filter(({ at_ms: at }) => from_ms <= at && at < until_ms)
    .sort((a, b) => a.at_ms - b.at_ms);
}

/** A title without what makes no difference to whoever is asked. */
function folded(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');
}

/** Of what one branch was asked, what it had been asked before: the same again, or a second roll call that day. */
export function again(asks: readonly Ask[]): ReadonlySet<string> {
  const twice = new Set<string>();
  const titles = new Set<string>();
  const days = new Set<string>();
  for (const { id, kind, title, at_ms } of asks) {
    const name = `${kind} ${folded(title)}`;
    if (titles.has(name)) twice.add(id);
    titles.add(name);
    if (kind !== 'roll_call') continue;
    const date = day(at_ms, 0);
    if (days.has(date)) twice.add(id);
    days.add(date);
  }
  return twice;
}

export interface Asked {
  organization: Organization;
  asks: Ask[];
  /** Requests of the month that it has now. */
  requests: number;
  /** Ids of those that were asked before. */
  twice: ReadonlySet<string>;
}

/** Ids of an organization and those above it, as far as they are known. */
function lineOf(one: Organization, byId: ReadonlyMap<string, Organization>): ReadonlySet<string> {
  const line = new Set<string>();
  let at: Organization | undefined = one;
  while (at !== undefined && !line.has(at.id)) {
    line.add(at.id);
    at = at.parent_id == null ? undefined : byId.get(at.parent_id);
  }
  return line;
}

/**
 * What each of `rows` was asked, in their order. `known`: the own subtree; what asks somebody outside of it
 * stands above it, or it would not be seen, and asks all of it. `requests`: how many of the month each has to answer,
 * by its id.
 */
export function askedOf(
  rows: readonly Organization[],
  asks: readonly Ask[],
  known: readonly Organization[],
  requests: ReadonlyMap<string, number> = new Map(),
): Asked[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  return rows.map((organization) => {
    const line = lineOf(organization, byId);
    const own = asks.filter(
      (ask) => line.has(ask.organization.id) || !byId.has(ask.organization.id),
    );
    return {
      organization,
      asks: own,
      requests: requests.get(organization.id) ?? 0,
      twice: again(own),
    };
  });
}
