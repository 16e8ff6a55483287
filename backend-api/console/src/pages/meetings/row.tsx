import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';

import type { StaffMeeting } from '../../api/types';
import { LinkButton } from '../../kit/link_button';
import { Tag } from '../../kit/tag/tag';
import { KIND, RECORDING, recordingOff, STATE } from '../../words/states';
import { clock, day, daysBetween, length, weekday } from '../../words/time';
import { placeWords } from './repeat';
import { TONE } from './tone';

interface Props {
  one: StaffMeeting;
  now: number;
  /** The box that selects it. */
  box: ReactNode;
  picked: boolean;
  may: boolean;
  onOpen: () => void;
  onEdit: () => void;
}

export function MeetingRow({ one, now, box, picked, may, onOpen, onEdit }: Props) {
  const { meeting } = one;
  const at = meeting.started_at_ms ?? meeting.starts_at_ms;
  const lasted =
    meeting.started_at_ms != null && meeting.ended_at_ms != null
      ? meeting.ended_at_ms - meeting.started_at_ms
      : null;

  return (
    <li className={`meeting meeting-${meeting.state}${picked ? ' meeting-picked' : ''}`}>
      {box}
      <div className="meeting-when">
        <b>{day(at, now)}</b>
        <span>
          {weekday(at)} {clock(at)}
        </span>
      </div>
      <div className="meeting-what">
        <h3>
          <button type="button" className="meeting-open published" onClick={onOpen}>
            {meeting.title}
          </button>
        </h3>
        <p>
          {KIND[meeting.meeting_kind]} · {meeting.organization.name}主办 · 面向{one.audience.name} ·{' '}
          {lasted === null ? `预计 ${length(meeting.planned_ms)}` : `开了 ${length(lasted)}`}
          {meeting.state === 'ended' && one.recording !== 'none'
            ? ` · ${RECORDING[one.recording]}`
            : ''}
          {one.series == null ? '' : ` · ${placeWords(one.series)}`}
        </p>
        {recordingOff(one) !== null && (
          <Alert type="warning" showIcon message={recordingOff(one)} />
        )}
      </div>
      <Tag tone={TONE[meeting.state]}>{STATE[meeting.state]}</Tag>
      <div className="meeting-acts">
        {meeting.state === 'scheduled' && may && (
          <>
            <Button onClick={onEdit}>修改</Button>
            <LinkButton
              to={`/meetings/${meeting.id}/live`}
              type={daysBetween(now, meeting.starts_at_ms) <= 0 ? 'primary' : 'default'}
            >
              去主持
            </LinkButton>
          </>
        )}
        {(meeting.state === 'live' || meeting.state === 'ended') && (
          <LinkButton to={`/meetings/${meeting.id}/viewings`}>收看情况</LinkButton>
        )}
        {meeting.state === 'live' && may && (
          <LinkButton to={`/meetings/${meeting.id}/live`} type="primary" danger>
            进入直播
          </LinkButton>
        )}
      </div>
    </li>
  );
}
