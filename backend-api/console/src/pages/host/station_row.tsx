import { AudioMutedOutlined, AudioOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { memo } from 'react';

import { pictureOf } from '../../api/meetings';
import type { Direction, StageStation } from '../../api/types';
import { waiting } from '../../words/time';
import type { Wish } from './directions';
import { WishTrouble } from './wish_trouble';

interface Props {
  meetingId: string;
  station: StageStation;
  conference: boolean;
  /** The server's clock; only looked at while the hand is up. */
  now: number;
  speak: Wish | undefined;
  hand: Wish | undefined;
  mute: Wish | undefined;
  ask: (direction: Direction) => void;
  dismiss: (place: string) => void;
}

function standing(station: StageStation): string {
  if (station.on_air) return station.source === 'interrupted' ? '信号中断' : '正在发言';
  if (station.called) return `已点名，${station.source === 'live' ? '正在上屏' : '等画面'}`;
  if (!station.present) return '没有参加';
  return station.can_speak ? '在线' : '在线，没有摄像头和话筒';
}

const pending = (wish: Wish | undefined) => wish?.trouble === null;

export const StationRow = memo(function StationRow(props: Props) {
  const { meetingId, station, conference, now, speak, hand, mute, ask, dismiss } = props;
  const { terminal_id, name, organization } = station;
  const raised = station.hand_raised_at_ms ?? null;
  const up = station.called || station.on_air;
  const wishes = {
    ...(speak && { [`speak:${terminal_id}`]: speak }),
    ...(hand && { [`hand:${terminal_id}`]: hand }),
    ...(mute && { [`mute:${terminal_id}`]: mute }),
  };
  return (
    <li
      className={`station${station.on_air ? ' station-on-air' : ''}`}
      data-station={name}
      aria-label={name}
    >
      <div className="station-picture">
        {station.picture_at_ms != null ? (
          <img
            src={pictureOf(meetingId, terminal_id, station.picture_at_ms)}
            alt={`${name}的画面`}
            loading="lazy"
          />
        ) : (
          <span>{station.present ? '没有画面' : '未到'}</span>
        )}
      </div>
      <div className="station-what">
        <strong title={`${name}（${organization.name}）`}>{name}</strong>
        <span className={`station-state source-${station.source}`}>
          {raised !== null && !up ? waiting(raised, now) : standing(station)}
          {station.muted ? ' · 已静音' : ''}
        </span>
        {conference && (
          <div className="station-acts">
            {up ? (
              <>
                <Button
                  loading={pending(speak)}
                  onClick={() => ask({ command: 'hand_back', terminal_id })}
                >
                  请下台
                </Button>
                <Button
                  danger={station.muted}
                  aria-pressed={station.muted}
                  icon={
                    station.muted ? (
                      <AudioMutedOutlined aria-hidden />
                    ) : (
                      <AudioOutlined aria-hidden />
                    )
                  }
                  loading={pending(mute)}
                  onClick={() => ask({ command: 'mute', terminal_id, muted: !station.muted })}
                >
                  {station.muted ? '恢复声音' : '静音'}
                </Button>
              </>
            ) : (
              station.present &&
              station.can_speak && (
                <>
                  <Button
                    type={raised !== null ? 'primary' : 'default'}
                    loading={pending(speak)}
                    onClick={() => ask({ command: 'call_on', terminal_id })}
                  >
                    点名发言
                  </Button>
                  {raised !== null && (
                    <Button
                      loading={pending(hand)}
                      onClick={() => ask({ command: 'lower_hand', terminal_id })}
                    >
                      放下手
                    </Button>
                  )}
                </>
              )
            )}
          </div>
        )}
      </div>
      <div className="station-trouble">
        {Object.keys(wishes).map((place) => (
          <WishTrouble key={place} wishes={wishes} place={place} dismiss={dismiss} />
        ))}
      </div>
    </li>
  );
});
