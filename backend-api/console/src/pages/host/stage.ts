/** What the page knows of the stage. It shows what the server says, never what was clicked. */
import { replaceEqualDeep } from '@tanstack/react-query';

import type { Stage, StageStation } from '../../api/types';

/**
 * The stage after another one arrived. An older revision is late news and changes nothing, except as
 * the first word of a new line: a server that was restarted counts from the beginning.
 */
export function received(known: Stage | null, arrived: Stage, fresh: boolean): Stage {
  if (known === null) return arrived;
  if (arrived.meeting_id !== known.meeting_id) return known;
  if (!fresh && arrived.revision < known.revision) return known;
  // What is equal stays the same object, so that a station's row is drawn again only if it changed.
  return replaceEqualDeep(known, arrived);
}

export interface Group {
  key: 'hands' | 'on_air' | 'present' | 'away';
  title: string;
  stations: StageStation[];
}

/** Stations as the director needs them: hands first, the longest waiting on top. */
export function groups(stations: readonly StageStation[]): Group[] {
  const hands: StageStation[] = [];
  const onAir: StageStation[] = [];
  const present: StageStation[] = [];
  const away: StageStation[] = [];
  for (const station of stations) {
    if (station.called || station.on_air) onAir.push(station);
    else if (station.hand_raised_at_ms != null) hands.push(station);
    else if (station.present) present.push(station);
    else away.push(station);
  }
  hands.sort((a, b) => (a.hand_raised_at_ms ?? 0) - (b.hand_raised_at_ms ?? 0));
  const all: Group[] = [
    { key: 'hands', title: '举手', stations: hands },
    { key: 'on_air', title: '发言', stations: onAir },
    { key: 'present', title: '在线', stations: present },
    { key: 'away', title: '未到', stations: away },
  ];
  return all.filter((group) => group.stations.length > 0);
}

/** Stations whose name or organization has these words. */
export function found(stations: readonly StageStation[], words: string): StageStation[] {
  const wanted = words.trim();
  return stations.filter(
    ({ name, organization }) => name.includes(wanted) || organization.name.includes(wanted),
  );
}
