import './roll_call.css';

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, InputNumber, Progress, Switch } from 'antd';
import { useEffect, useState } from 'react';

import { listen } from '../../api/events';
import {
  closeRollCall,
  openRollCall,
  rollCallEvents,
  useKeepRollCall,
  useRollCall,
} from '../../api/meetings';
import { sentence } from '../../api/refusal';
import type { Counts, RollCall, StaffMeeting } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay } from '../../kit/may/use_may';
import { useNow } from '../../kit/use_now';
import { percent } from '../../words/states';
import { elapsed, MINUTE } from '../../words/time';
import { AddMember } from './add_member';
import { isPending } from './directions';
import type { StageLine } from './use_stage';
import { WishTrouble } from './wish_trouble';

interface Props {
  one: StaffMeeting;
  line: StageLine;
}

/** 点名签到: opens a roll call, shows how it goes, puts its code into the picture. */
export function RollCallPanel({ one, line }: Props) {
  const id = one.roll_call_id ?? line.stage?.roll_call_id ?? null;
  const rollCall = useRollCall(id);
  const keep = useKeepRollCall(one.meeting.id);
  const running = rollCall.data?.state === 'open' ? rollCall.data : null;
  return (
    <section className="roll-call" aria-label="点名签到">
      {running ? (
        <Running key={running.id} rollCall={running} line={line} onChange={keep} />
      ) : (
        <Opening meetingId={one.meeting.id} last={rollCall.data} onOpen={keep} />
      )}
    </section>
  );
}

function Opening({
  meetingId,
  last,
  onOpen,
}: {
  meetingId: string;
  last: RollCall | undefined;
  onOpen: (opened: RollCall) => Promise<unknown>;
}) {
  const [minutes, setMinutes] = useState(10);
  const [code, setCode] = useState(true);
  const may = useMay()('roll_call');
  const opening = useMutation({
    mutationFn: () =>
      openRollCall(meetingId, {
        window_ms: minutes * MINUTE,
        grace_ms: 0,
        presence_code: code,
      }),
    onSuccess: onOpen,
  });
  return (
    <>
      <div className="roll-call-row">
        <h2>点名签到</h2>
        {may && (
          <>
            <InputNumber
              aria-label="签到时间，分钟"
              value={minutes}
              min={1}
              max={120}
              precision={0}
              suffix="分钟"
              className="roll-call-minutes"
              onChange={(value) => setMinutes(value ?? 10)}
            />
            <Switch
              aria-label="画面上出签到码"
              checkedChildren="画面上出签到码"
              unCheckedChildren="不用签到码"
              checked={code}
              onChange={setCode}
            />
            <Button type="primary" loading={opening.isPending} onClick={() => opening.mutate()}>
              开始签到
            </Button>
          </>
        )}
      </div>
      {opening.isError && <Alert type="error" showIcon message={sentence(opening.error)} />}
      {last?.state === 'closed' && <Figures counts={last.counts} title="上一次签到" />}
    </>
  );
}

function Running({
  rollCall,
  line,
  onChange,
}: {
  rollCall: RollCall;
  line: StageLine;
  onChange: (changed: RollCall) => Promise<unknown>;
}) {
  const { stage, wishes, ask, dismiss } = line;
  const now = useNow(1000) + line.clockOffsetMs;
  const [counts, setCounts] = useState(rollCall.counts);
  useEffect(() => {
    const events = listen<Counts>(rollCallEvents(rollCall.id), 'counts', { onEvent: setCounts });
    return events.end;
  }, [rollCall.id]);
  const may = useMay()('roll_call');
  const confirm = useConfirm();
  const askToClose = () =>
    confirm({
      title: '现在就结束签到？',
      content: '还没签到的人就不能再签了。',
      okText: '结束签到',
      cancelText: '再等等',
      run: async () => {
        await onChange(await closeRollCall(rollCall.id));
      },
    });
  const round = rollCall.rounds[rollCall.rounds.length - 1];
  const left = round ? round.closes_at_ms - now : 0;
  const code = stage?.presence_code ?? null;

  return (
    <>
      <div className="roll-call-row">
        <h2>点名签到</h2>
        <span className="roll-call-left">
          {left > 0 ? `还剩 ${elapsed(left)}` : '时间到，正在结束'}
        </span>
        {rollCall.presence_code && (
          <>
            {/* It stays in the picture as long as signing in demands it. */}
            {code !== null ? (
              <span className="roll-call-code" data-testid="presence-code">
                签到码 <b>{code}</b>
              </span>
            ) : (
              <Button
                loading={isPending(wishes, 'code')}
                onClick={() => ask({ command: 'presence_code', roll_call_id: rollCall.id })}
              >
                显示签到码
              </Button>
            )}
          </>
        )}
        <AddMember rollCallId={rollCall.id} />
        {may && <Button onClick={() => void askToClose()}>结束签到</Button>}
      </div>
      <WishTrouble wishes={wishes} place="code" dismiss={dismiss} />
      <Figures counts={counts} />
    </>
  );
}

function Figures({ counts, title }: { counts: Counts; title?: string }) {
  const called = counts.eligible - counts.exempt;
  return (
    <div className="roll-call-figures" role="status">
      {title && <span>{title}：</span>}
      <Progress
        percent={called > 0 ? Math.round((counts.present / called) * 100) : 0}
        showInfo={false}
        className="roll-call-progress"
        aria-label="签到进度"
      />
      <span>
        应到 <b>{called}</b>
      </span>
      <span>
        已签到 <b data-testid="present">{counts.present}</b>
      </span>
      <span>
        未签到 <b>{counts.missing}</b>
      </span>
      {counts.leave > 0 && (
        <span>
          请假 <b>{counts.leave}</b>
        </span>
      )}
      {counts.to_verify > 0 && (
        <span>
          待核实 <b>{counts.to_verify}</b>
        </span>
      )}
      {counts.rate_bp != null && (
        <span>
          出席率 <b>{percent(counts.rate_bp)}</b>
        </span>
      )}
    </div>
  );
}
