import './prepare.css';

import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { Link } from 'react-router-dom';

import type { Stage, StaffMeeting } from '../../api/types';
import { canSendH264 } from '../../media/publisher';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { KIND } from '../../words/states';
import { length, moment } from '../../words/time';
import type { HostSource, Snapshot } from './host_source';
import { SourcePanel } from './source_panel';
import { StationCheckPanel } from './station_check_panel';
import { TrackVideo } from '../../media/video';

interface Props {
  one: StaffMeeting;
  stage: Stage | null;
  source: HostSource;
  picture: Snapshot;
  entering: boolean;
  trouble: string | null;
  onEnter: (as: 'hosting' | 'directing') => Promise<void>;
}

/** Before going live: choose, look, speak a sentence, begin. */
export function Prepare({ one, stage, source, picture, entering, trouble, onEnter }: Props) {
  const { meeting, audience } = one;
  const now = useNow(10_000);
  const live = meeting.state === 'live';
  const sendable = canSendH264();
  const early = !live && meeting.starts_at_ms - now > 30 * 60_000;
  return (
    <main className="host">
      <header className="host-head">
        <Link to="/meetings" className="host-back" aria-label="回到会议列表">
          <ArrowLeftOutlined aria-hidden />
        </Link>
        <h1 className="published">{meeting.title}</h1>
        <Tag tone={live ? 'live' : 'waiting'}>{live ? '正在直播' : '还没有开始'}</Tag>
        <span className="spacer" />
        <span>
          {KIND[meeting.meeting_kind]} · 面向{audience.name} · {moment(meeting.starts_at_ms, now)}{' '}
          开始，预计 {length(meeting.planned_ms)}
        </span>
      </header>
      <div className="prepare">
        <section className="prepare-picture" aria-label="您的画面">
          <TrackVideo track={picture.video} label="您的画面" className="picture" />
          <span className="picture-name">大家将看到的画面</span>
        </section>
        <section className="prepare-side" aria-label="准备">
          <h2>画面和声音</h2>
          <SourcePanel source={source} picture={picture} testing muted={false} />
          {meeting.meeting_kind === 'conference' && <StationCheckPanel meetingId={meeting.id} />}
          <div className="prepare-go">
            {early && (
              <Alert
                type="info"
                showIcon
                message={`计划${moment(meeting.starts_at_ms, now)}开始，现在开始会提前。`}
              />
            )}
            {stage?.host === 'live' && (
              <Alert
                type="warning"
                showIcon
                message="这场会正在另一处主持。您继续主持时，会先问您要不要接过来。"
              />
            )}
            {!sendable && (
              <Alert
                type="error"
                showIcon
                message="这个浏览器不能发送电视能播放的画面（H.264）。请换用新版的 Edge 或 Chrome。"
              />
            )}
            {trouble && <Alert type="error" showIcon message={trouble} />}
            <Button
              type="primary"
              size="large"
              block
              className="go-live"
              loading={entering}
              disabled={!sendable || picture.video === null}
              onClick={() => void onEnter('hosting')}
            >
              {live ? '继续主持' : '开始直播'}
            </Button>
            {live && (
              <Button block onClick={() => void onEnter('directing')} disabled={entering}>
                只导播，不出画面
              </Button>
            )}
            {picture.audio === null && picture.video !== null && (
              <p className="prepare-note">现在没有话筒，大家会听不到您。</p>
            )}
          </div>
        </section>
      </div>
    </main>
  );
}
