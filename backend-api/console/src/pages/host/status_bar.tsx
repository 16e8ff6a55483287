import { ArrowLeftOutlined, CheckCircleFilled, WarningFilled } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router-dom';

import { useRollCall } from '../../api/meetings';
import { Refusal } from '../../api/refusal';
import type { StaffMeeting } from '../../api/types';
import { RECORDING } from '../../words/states';
import { elapsed } from '../../words/time';
import { useConfirm } from '../../kit/confirm/confirm';
import { useNow } from '../../kit/use_now';
import type { Over } from '../../media/keeper';
import type { Links } from './connection';
import { lineWords } from './connection';
import type { StageLine } from './use_stage';

interface Props {
  one: StaffMeeting;
  hosting: boolean;
  line: StageLine;
  links: Links;
  left: Over | null;
  onEnd: (withRollCalls: boolean) => Promise<void>;
}

/** Title, figures, the line, and the end. */
export function StatusBar({ one, hosting, line, links, left, onEnd }: Props) {
  const { meeting } = one;
  const { stage } = line;
  const confirm = useConfirm();
  const now = useNow(1000) + line.clockOffsetMs;
  const [words, good] =
    line.line === 'lost' ? ['连不上服务器，正在重新连接', false] : lineWords(links, hosting, left);
  const recording = stage?.recording ?? one.recording;

  const rollCall = useRollCall(one.roll_call_id ?? stage?.roll_call_id ?? null).data;
  const coded = rollCall?.state === 'open' && rollCall.presence_code;

  const confirmEnd = async (withRollCall: boolean): Promise<void> => {
    const over = one.record
      ? '所有电视上的直播会停下来，录像随后自动做成回放。结束后不能再继续。'
      : '所有电视上的直播会停下来。结束后不能再继续。';
    const meanwhile = { opened: false };
    const said = await confirm({
      title: withRollCall ? '签到还在进行，一起结束？' : '结束会议？',
      content: withRollCall
        ? `会议结束后画面上没有签到码，签到会同时结束，还没签到的人就不能再签了。${over}`
        : over,
      okText: '结束会议',
      cancelText: '继续开会',
      danger: true,
      run: async () => {
        try {
          await onEnd(withRollCall);
        } catch (error) {
          // Somebody else opened it meanwhile: so it is asked for.
          meanwhile.opened = error instanceof Refusal && error.code === 'roll_call_open';
          if (!meanwhile.opened) throw error;
        }
      },
    });
    if (said !== null && meanwhile.opened) await confirmEnd(true);
  };

  return (
    <header className="host-head">
      <Link to="/meetings" className="host-back" aria-label="回到会议列表">
        <ArrowLeftOutlined aria-hidden />
      </Link>
      <h1 className="published">{meeting.title}</h1>
      <span className="on-air-mark">直播中</span>
      <span className="host-clock" aria-label="已经开了">
        {meeting.started_at_ms == null ? '' : elapsed(now - meeting.started_at_ms)}
      </span>
      <span className="spacer" />
      <span>
        家庭 <b data-testid="homes">{stage?.homes_watching ?? '—'}</b> 户在看
      </span>
      <span>
        站点 <b data-testid="stations">{stage?.stations_watching ?? '—'}</b> 个在线
      </span>
      <span className={recording === 'failed' ? 'host-bad' : undefined}>
        {recording === 'recording' && <span className="record-dot" aria-hidden />}
        {RECORDING[recording]}
      </span>
      <span role="status" className={good ? 'host-line' : 'host-line host-bad'}>
        {good ? <CheckCircleFilled aria-hidden /> : <WarningFilled aria-hidden />} {words}
      </span>
      <Button danger type="primary" onClick={() => void confirmEnd(coded)}>
        结束会议
      </Button>
    </header>
  );
}
