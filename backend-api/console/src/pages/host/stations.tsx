import './stations.css';

import { Empty, Input } from 'antd';
import { useMemo, useState } from 'react';

import { useNow } from '../../kit/use_now';
import { found, groups } from './stage';
import { StationRow } from './station_row';
import type { StageLine } from './use_stage';

interface Props {
  meetingId: string;
  conference: boolean;
  line: StageLine;
}

/** More stations than this are easier found by name. */
const SEARCH_FROM = 8;

/** The stations: hands first. */
export function Stations({ meetingId, conference, line }: Props) {
  const { stage, wishes, ask, dismiss } = line;
  const [words, setWords] = useState('');
  const now = useNow(1000) + line.clockOffsetMs;
  const stations = stage?.stations;
  const shown = useMemo(() => groups(found(stations ?? [], words)), [stations, words]);
  const hands = stations?.filter((one) => one.hand_raised_at_ms != null && !one.called).length ?? 0;

  return (
    <section className="live-stations" aria-label="站点">
      <div className="stations-head">
        <h2>
          站点{' '}
          <span role="status" className={hands > 0 ? 'hands' : undefined}>
            {hands > 0 ? `${hands} 个举手` : ''}
          </span>
        </h2>
        {(stations?.length ?? 0) >= SEARCH_FROM && (
          <Input
            allowClear
            className="stations-search"
            placeholder="查找站点"
            aria-label="查找站点"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </div>
      <div className="stations-list">
        {stations !== undefined && shown.length === 0 && (
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={words ? '没有这个站点。' : '参加范围里还没有站点。'}
          />
        )}
        {shown.map((group) => (
          <div key={group.key}>
            <h3 className={`group group-${group.key}`}>
              {group.title} {group.stations.length}
            </h3>
            <ul>
              {group.stations.map((station) => (
                <StationRow
                  key={station.terminal_id}
                  meetingId={meetingId}
                  station={station}
                  conference={conference}
                  now={station.hand_raised_at_ms == null ? 0 : now}
                  speak={wishes[`speak:${station.terminal_id}`]}
                  hand={wishes[`hand:${station.terminal_id}`]}
                  mute={wishes[`mute:${station.terminal_id}`]}
                  ask={ask}
                  dismiss={dismiss}
                />
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}
