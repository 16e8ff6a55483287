import { DownloadOutlined } from '@ant-design/icons';
import { Button, Form, InputNumber } from 'antd';
import { useState } from 'react';

import { useRollCallDeed } from '../../api/roll_calls';
import type { OrganizationCounts, RollCall } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { useMayIn } from '../../kit/may/use_may';
import { PrintButton } from '../../kit/print/sheet';
import { keepTable } from '../../kit/table_file';
import { MINUTE } from '../../words/time';
import { AddMember } from '../host/add_member';
import { tableOf } from './branches';
import { openRound, whyNoSpotCheck } from './rules';

interface Props {
  one: RollCall;
  now: number;
  branches: readonly OrganizationCounts[];
}

/** What may be done to a roll call, as it stands. Nothing happens before it was said what will. */
export function RollCallActs({ one, now, branches }: Props) {
  const may = useMayIn('roll_call')(one.organization.id);
  const confirm = useConfirm();
  const act = useRollCallDeed(one.id);
  const [checking, setChecking] = useState(false);
  const whyNot = whyNoSpotCheck(one, now);
  const open = () =>
    confirm({
      title: '现在开始点名？',
      content: '不等排好的时间。应到名单现在定下，电视上马上叫人签到。',
      okText: '现在开始',
      cancelText: '再等等',
      run: () => act.mutateAsync({ deed: 'open' }),
    });
  const close = () =>
    confirm({
      title: '结束签到？',
      content: '结束以后电视上不能再签，随后要抽的也不抽了；没签到的人可以由您补签或记请假。',
      okText: '结束签到',
      cancelText: '再等等',
      run: () => act.mutateAsync({ deed: 'close' }),
    });
  const cancel = () =>
    confirm({
      title: '取消这次点名？',
      content:
        one.state === 'scheduled'
          ? '到时不会开始。取消了不能恢复，原因同事看得到。'
          : '已经签的都不算，不进出席率，也不能恢复。原因同事看得到。',
      okText: '取消点名',
      cancelText: '不取消',
      reason: '会改到下周',
      run: (reason) => act.mutateAsync({ deed: 'cancel', reason }),
    });
  const opened = one.state === 'open' || one.state === 'closed';
  return (
    <div className="roll-call-acts">
      {one.state === 'open' && <AddMember rollCallId={one.id} />}
      {may && one.state !== 'cancelled' && <Button onClick={() => void cancel()}>取消点名…</Button>}
      {may && opened && whyNot === null && (
        <Button onClick={() => setChecking(true)}>抽点一次…</Button>
      )}
      {opened && (
        <>
          <PrintButton />
          <Button
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => keepTable(`点名-${one.title}.csv`, tableOf(branches, one.counts))}
          >
            下载各支部的数
          </Button>
        </>
      )}
      {may && one.state === 'scheduled' && (
        <Button type="primary" onClick={() => void open()}>
          现在开始
        </Button>
      )}
      {may && openRound(one, now) !== null && (
        <Button type="primary" onClick={() => void close()}>
          结束签到
        </Button>
      )}
      {checking && <SpotCheck one={one} onClose={() => setChecking(false)} />}
    </div>
  );
}

interface Filled {
  minutes: number;
}

const LABELS: Labels<Filled> = { minutes: '开放几分钟' };

/** 抽点: the roll call opens again for a few minutes. */
function SpotCheck({ one, onClose }: { one: RollCall; onClose: () => void }) {
  const act = useRollCallDeed(one.id);
  return (
    <FormDialog<Filled>
      shape="dialog"
      title="现在抽点一次"
      okText="开始抽点"
      cancelText="不抽了"
      first={{ values: { minutes: 3 } }}
      labels={LABELS}
      serverNames={{ window_ms: 'minutes' }}
      save={({ minutes }) => act.mutateAsync({ deed: 'round', window_ms: minutes * MINUTE })}
      onClose={onClose}
    >
      <p>
        电视上会再叫大家签一次。每一轮都签了才算到；这一轮没签的，会从“已签到”变成“未签到”。
        {one.state === 'closed' && '这次点名会重新打开。'}
      </p>
      <Form.Item
        name="minutes"
        label={LABELS.minutes}
        rules={[{ required: true, message: '请写几分钟' }]}
      >
        <InputNumber min={1} max={60} precision={0} suffix="分钟" />
      </Form.Item>
    </FormDialog>
  );
}
