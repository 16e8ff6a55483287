/** Which meetings the page lists, from its address. Pure. */
import type { MeetingKind, StaffMeeting } from '../../api/types';
import type { Filters } from '../../kit/address/address';
import { DAY, startOfDay } from '../../words/time';

export const FILTERS = {
  /** The calendar around today; what was held; what was cancelled. */
  part: ['calendar', 'ended', 'cancelled'],
  kind: ['all', 'conference', 'broadcast'],
  q: 'text',
  /** How far back what was held or cancelled goes. */
  since: ['quarter', 'year', 'all'],
} as const;

export type MeetingFilters = Filters<typeof FILTERS>;

/** What is said when there is no meeting: nothing of a button that is not there. */
export function emptyWords(may: boolean): string {
  return may
    ? '还没有会议。点“新建会议”，安排第一次直播或视频会议。'
    : '还没有会议。安排好以后，会出现在这里。';
}

/** Those of the calendar that are looked for. */
export function found(
  meetings: readonly StaffMeeting[],
  { kind, q }: Pick<MeetingFilters, 'kind' | 'q'>,
): StaffMeeting[] {
  const words = q.trim();
  return meetings.filter(
    ({ meeting, audience }) =>
      (kind === 'all' || meeting.meeting_kind === kind) &&
      [meeting.title, meeting.organization.name, audience.name].some((text) =>
        text.includes(words),
      ),
  );
}

/** What the server is asked for beside the time, of what was held or cancelled. */
export function wished({ kind, q }: Pick<MeetingFilters, 'kind' | 'q'>): {
  kind: MeetingKind | undefined;
  q: string | undefined;
} {
  const words = q.trim();
  return { kind: kind === 'all' ? undefined : kind, q: words === '' ? undefined : words };
}

const DAYS: Record<MeetingFilters['since'], number | null> = { quarter: 92, year: 366, all: null };

/** Midnight so far back, Unix ms; `undefined`: from the beginning. */
export function sinceMs(since: MeetingFilters['since'], now: number): number | undefined {
  const days = DAYS[since];
  return days === null ? undefined : startOfDay(now) - days * DAY;
}
