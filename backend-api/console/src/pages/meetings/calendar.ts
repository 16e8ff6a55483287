/** Meetings in the groups of the list. */
import type { StaffMeeting } from '../../api/types';
import { DAY, startOfDay, startOfWeek } from '../../words/time';

export interface Section {
  key: 'live' | 'today' | 'week' | 'later' | 'past';
  title: string;
  meetings: StaffMeeting[];
  /** How many belong to it, whether or not all of them are on the page. */
  count: number;
}

/**
 * What is live, today's, the rest of this week (Monday to Sunday), later, and the past with the newest
 * first. A meeting of this week that nobody started stays until its day is over.
 */
export function sections(meetings: readonly StaffMeeting[], now: number): Section[] {
  const tomorrow = startOfDay(now) + DAY;
  const nextWeek = startOfWeek(now) + 7 * DAY;
  const groups: Record<Section['key'], StaffMeeting[]> = {
    live: [],
    today: [],
    week: [],
    later: [],
    past: [],
  };
  for (const one of meetings) {
    const { state, starts_at_ms } = one.meeting;
    if (state === 'live') groups.live.push(one);
    else if (state === 'ended' || starts_at_ms < startOfDay(now)) groups.past.push(one);
    else if (starts_at_ms < tomorrow) groups.today.push(one);
    else if (starts_at_ms < nextWeek) groups.week.push(one);
    else groups.later.push(one);
  }
  const byStart = (a: StaffMeeting, b: StaffMeeting) =>
    a.meeting.starts_at_ms - b.meeting.starts_at_ms;
  for (const list of Object.values(groups)) list.sort(byStart);
  groups.past.reverse();
  const titles: [Section['key'], string][] = [
    ['live', '正在直播'],
    ['today', '今天'],
    ['week', '本周'],
    ['later', '以后'],
    ['past', '以前的'],
  ];
  return titles
    .map(([key, title]) => ({ key, title, meetings: groups[key], count: groups[key].length }))
    .filter((section) => section.count > 0);
}

/** What of the groups is on a page. */
export function onPage(groups: readonly Section[], page: ReadonlySet<StaffMeeting>): Section[] {
  return groups
    .map((group) => ({ ...group, meetings: group.meetings.filter((one) => page.has(one)) }))
    .filter((group) => group.meetings.length > 0);
}
