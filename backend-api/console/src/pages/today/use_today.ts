import { useLiveMeetings, useMeetings } from '../../api/meetings';
import { useNotices } from '../../api/notices';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { useSubmissionsLeft } from '../../api/submissions';
import {
  useAnyBulletin,
  useAnyMember,
  useDue,
  useEndedLately,
  useHandedIn,
  useRollCallsNow,
  useStages,
  useTelevisions,
  useWaitingTelevisions,
} from '../../api/today';
import type { StaffMeeting } from '../../api/types';
import { useMay, useMayIn } from '../../kit/may/use_may';
import { DAY, startOfDay } from '../../words/time';
import type { Facts } from './lines';
import type { Begun } from './steps';

/** What there is to do, as far as it has come; `isPending`: some of it has not, `error`: some of it cannot. */
export function useFacts(now: number) {
  const may = useMay();
  const directsIn = useMayIn('direct');
  const directs = ({ meeting }: StaffMeeting) => directsIn(meeting.organization.id);
  const today = startOfDay(now);

  const live = useLiveMeetings();
  const meetings = useMeetings(today, today + DAY);
  const stages = useStages((live.data ?? []).filter(directs));
  const rollCalls = useRollCallsNow();
  const services = useDue('service', may('serve'));
  const suggestions = useDue('suggestion', may('serve'));
  const handedIn = useHandedIn(may('publish'));
  const submissions = useSubmissionsLeft('waiting', may('publish'));
  // Who decides is not told of what they returned themselves.
  const returned = useSubmissionsLeft('returned', may('write') && !may('publish'));
  const waiting = useWaitingTelevisions(may('admit'));
  const televisions = useTelevisions();
  const notices = useNotices(true, undefined, may('read'));
  const ended = useEndedLately();

  const asked = [
    live,
    meetings,
    rollCalls,
    services,
    suggestions,
    handedIn,
    submissions,
    returned,
    waiting,
    televisions,
    notices,
    ended,
  ];
  const facts: Facts = {
    live: live.data ?? [],
    meetings: meetings.data ?? [],
    stages,
    rollCalls: rollCalls.data?.open ?? [],
    services: services.data,
    suggestions: suggestions.data,
    handedIn: handedIn.data && { items: handedIn.data.items, more: handedIn.data.next != null },
    submissions: submissions.data,
    returned: returned.data,
    waiting: waiting.data ?? [],
    televisions: televisions.data,
    notices: notices.data && { items: notices.data.items, more: notices.data.next != null },
    ended: ended.data?.items ?? [],
    directs,
  };
  return {
    facts,
    lastRollCall: rollCalls.data?.last,
    // What nobody may ask for is not waited for.
    isPending: asked.some(({ isLoading }) => isLoading),
    error: asked.find(({ error }) => error !== null)?.error ?? null,
    again: () =>
      Promise.all(asked.filter(({ error }) => error !== null).map((one) => one.refetch())),
  };
}

/** How far the first day has come, for whoever begins: who leads the organization at the top. */
export function useBegun(facts: Facts): Begun | null {
  const me = useMe().data;
  const may = useMay();
  const organizations = useOrganizations().data;
  const own = organizations?.find(({ id }) => id === me?.organization.id);
  const leads = may('organize') && own !== undefined && own.parent_id == null;
  const bulletin = useAnyBulletin(leads).data;
  const below = (organizations?.length ?? 0) - 1;
  const televisions = facts.televisions?.items.length;
  const meeting = facts.live.length > 0 || facts.ended.length > 0;
  // Where all else is there, there are people, too.
  const asks =
    leads &&
    televisions !== undefined &&
    bulletin !== undefined &&
    (below === 0 || televisions === 0 || !bulletin || !meeting);
  const members = useAnyMember(asks).data;
  if (!asks || members === undefined) return null;
  return { organizations: below, members, televisions, bulletin, meeting };
}
