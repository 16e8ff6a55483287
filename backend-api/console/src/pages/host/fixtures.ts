/** A stage for tests. */
import type { Stage, StageStation } from '../../api/types';

export function station(terminal_id: string, change: Partial<StageStation> = {}): StageStation {
  return {
    terminal_id,
    name: `${terminal_id}站点`,
    organization: { id: 'o', name: '柳林村' },
    present: true,
    can_speak: true,
    hand_raised_at_ms: null,
    called: false,
    on_air: false,
    muted: false,
    source: 'absent',
    picture_at_ms: null,
    ...change,
  };
}

export function stage(change: Partial<Stage> = {}): Stage {
  return {
    meeting_id: 'm',
    revision: 1,
    state: 'live',
    server_time_ms: 0,
    host: 'live',
    host_source: 'page',
    host_muted: false,
    layout: 'host_full',
    stations: [],
    homes_watching: 0,
    stations_watching: 0,
    presence_code: null,
    roll_call_id: null,
    recording: 'recording',
    trouble: '',
    ...change,
  };
}
