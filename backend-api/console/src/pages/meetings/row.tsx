import { Alert, App, Button, Popconfirm, Tag } from 'antd';
import { Link } from 'react-router-dom';

import { useMeetingStep } from '../../api/meetings';
import { sentence } from '../../api/refusal';
import type { StaffMeeting } from '../../api/types';
import { KIND, RECORDING, recordingOff, STATE } from '../../words/states';
import { clock, day, length, weekday } from '../../words/time';

const COLOR = { scheduled: 'blue', live: 'red', ended: 'default', cancelled: 'default' } as const;

interface Props {
  one: StaffMeeting;
  now: number;
  onEdit: () => void;
}

export function MeetingRow({ one, now, onEdit }: Props) {
  const { meeting } = one;
  const { message } = App.useApp();
  const step = useMeetingStep(meeting.id);
  const at = meeting.started_at_ms ?? meeting.starts_at_ms;
  const lasted =
    meeting.started_at_ms != null && meeting.ended_at_ms != null
      ? meeting.ended_at_ms - meeting.started_at_ms
      : null;
  const cancel = () =>
    step.mutate('cancel', { onError: (error) => void message.error(sentence(error)) });

  return (
    <li className={`meeting meeting-${meeting.state}`}>
      <div className="meeting-when">
        <span className="meeting-day">{day(at, now)}</span>
        <span className="meeting-clock">{clock(at)}</span>
        <span className="meeting-weekday">{weekday(at)}</span>
      </div>
      <div className="meeting-what">
        <h3>
          {meeting.title} <Tag color={COLOR[meeting.state]}>{STATE[meeting.state]}</Tag>
        </h3>
        <p>
          {KIND[meeting.meeting_kind]} · {meeting.organization.name}主办 · 面向{one.audience.name} ·{' '}
          {lasted === null ? `预计 ${length(meeting.planned_ms)}` : `开了 ${length(lasted)}`}
          {meeting.state === 'ended' && one.recording !== 'none'
            ? ` · ${RECORDING[one.recording]}`
            : ''}
        </p>
        {recordingOff(one) !== null && (
          <Alert className="meeting-off" type="warning" showIcon message={recordingOff(one)} />
        )}
      </div>
      <div className="meeting-acts">
        {meeting.state === 'scheduled' && (
          <>
            <Link to={`/meetings/${meeting.id}/live`}>
              <Button type="primary">去主持</Button>
            </Link>
            <Button onClick={onEdit}>修改</Button>
            <Popconfirm
              title="取消这次会议？"
              description="各户和各站点的电视上会看到会议已取消。"
              okText="取消会议"
              cancelText="不取消"
              okButtonProps={{ danger: true }}
              onConfirm={cancel}
            >
              <Button danger loading={step.isPending}>
                取消
              </Button>
            </Popconfirm>
          </>
        )}
        {meeting.state === 'live' && (
          <Link to={`/meetings/${meeting.id}/live`}>
            <Button type="primary">进入直播</Button>
          </Link>
        )}
        {(meeting.state === 'live' || meeting.state === 'ended') && (
          <Link to={`/meetings/${meeting.id}/viewings`}>
            <Button>收看情况</Button>
          </Link>
        )}
      </div>
    </li>
  );
}
