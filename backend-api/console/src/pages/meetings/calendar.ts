/** Meetings in the groups of the list. */
import type { StaffMeeting } from '../../api/types';
import { DAY, startOfDay, startOfWeek } from '../../words/time';

export interface Section {
  key: 'live' | 'today' | 'week' | 'later' | 'past';
  title: string;
  meetings: StaffMeeting[];
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
  const all: Section[] = [
    { key: 'live', title: '正在直播', meetings: groups.live },
    { key: 'today', title: '今天', meetings: groups.today },
    { key: 'week', title: '本周', meetings: groups.week },
    { key: 'later', title: '以后', meetings: groups.later },
    { key: 'past', title: '以前的', meetings: groups.past },
  ];
  return all.filter((section) => section.meetings.length > 0);
}
