import './live.css';

import { AudioMutedOutlined, AudioOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';

import type { StaffMeeting } from '../../api/types';
import { SOURCE } from '../../words/states';
import type { Over } from '../../media/keeper';
import type { Links } from './connection';
import { overWords } from './connection';
import { isPending } from './directions';
import type { HostSource, Snapshot } from './host_source';
import { LayoutButtons } from './layout_buttons';
import { ChooseSource, OutsidePicture } from './outside';
import type { Part } from './page';
import { Program } from './program';
import { RollCallPanel } from './roll_call_panel';
import { SourcePanel } from './source_panel';
import { Stations } from './stations';
import { StatusBar } from './status_bar';
import type { StageLine } from './use_stage';
import { TrackVideo } from '../../media/video';
import { WishTrouble } from './wish_trouble';

interface Props {
  one: StaffMeeting;
  part: Part;
  line: StageLine;
  source: HostSource;
  picture: Snapshot;
  links: Links;
  /** Why this page sends no longer. */
  left: Over | null;
  entering: boolean;
  trouble: string | null;
  onHost: (take: boolean) => Promise<void>;
  onEnd: (withRollCalls: boolean) => Promise<void>;
}

/** While it is on air: own picture, program, stations, all on one screen. */
export function Live(props: Props) {
  const { one, part, line, source, picture, links, left, entering, trouble, onHost, onEnd } = props;
  const { stage, wishes } = line;
  const hosting = part === 'hosting';
  const conference = one.meeting.meeting_kind === 'conference';
  const muted = stage?.host_muted === true;
  const outside = stage?.host_source ?? 'page';

  return (
    <main className="host">
      <StatusBar one={one} hosting={hosting} line={line} links={links} left={left} onEnd={onEnd} />
      {stage && stage.trouble !== '' && stage.trouble !== undefined && (
        <Alert banner type="warning" message={stage.trouble} className="host-trouble" />
      )}
      <div className="live">
        <section className="live-own" aria-label="我的画面">
          <h2>{outside === 'page' ? '我的画面' : '主会场画面'}</h2>
          {outside !== 'page' ? (
            <OutsidePicture meetingId={one.meeting.id} source={outside} stage={stage} />
          ) : hosting ? (
            <>
              <div className="own-picture">
                <TrackVideo track={picture.video} label="我的画面" className="picture" />
                {stage && (
                  <span className={`picture-name source-${stage.host}`} data-testid="host-source">
                    {SOURCE[stage.host]}
                  </span>
                )}
              </div>
              <Button
                block
                size="large"
                danger={muted}
                aria-pressed={muted}
                icon={muted ? <AudioMutedOutlined aria-hidden /> : <AudioOutlined aria-hidden />}
                loading={isPending(wishes, 'mute:host')}
                disabled={stage === null}
                onClick={() => line.ask({ command: 'mute', muted: !muted })}
              >
                {muted ? '已静音，点一下恢复声音' : '主持人静音'}
              </Button>
              <WishTrouble wishes={wishes} place="mute:host" dismiss={line.dismiss} />
              <SourcePanel source={source} picture={picture} testing={false} muted={muted} />
            </>
          ) : (
            <>
              {left === null ? (
                <>
                  <p>您在导播，没有出画面。</p>
                  <Button block loading={entering} onClick={() => void onHost(false)}>
                    开始出画面
                  </Button>
                </>
              ) : (
                <Left left={left} entering={entering} onHost={onHost} />
              )}
              {trouble && <Alert type="error" showIcon message={trouble} />}
            </>
          )}
          {outside === 'page' && <ChooseSource meetingId={one.meeting.id} />}
        </section>
        <section className="live-program" aria-label="节目">
          <Program links={links} stage={stage} />
          {conference && (
            <LayoutButtons
              now={stage?.layout ?? null}
              wishes={wishes}
              ask={line.ask}
              dismiss={line.dismiss}
            />
          )}
          <RollCallPanel one={one} line={line} />
        </section>
        <Stations meetingId={one.meeting.id} conference={conference} line={line} />
      </div>
    </main>
  );
}

const BACK: Record<Over['why'], string | null> = {
  replaced: '接回来',
  taken: '接过来',
  refused: '再试一次',
  revoked: null,
  ended: null,
};

/** Why this page sends no longer, and the way back if there is one. */
function Left({ left, entering, onHost }: Pick<Props, 'entering' | 'onHost'> & { left: Over }) {
  const elsewhere = left.why === 'replaced' || left.why === 'taken';
  const back = BACK[left.why];
  return (
    <div className="left" data-testid="left" role="status">
      <Alert
        type="warning"
        showIcon
        message={overWords(left)}
        description={
          elsewhere
            ? '大家看到的是另一处的画面，这台电脑的画面和声音没有发送。您在这里可以接着导播。'
            : '这台电脑的画面和声音没有发送。'
        }
      />
      {back !== null && (
        <Button
          block
          type="primary"
          size="large"
          loading={entering}
          onClick={() => void onHost(elsewhere)}
        >
          {back}
        </Button>
      )}
    </div>
  );
}
