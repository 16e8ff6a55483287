import { Form, Radio } from 'antd';
import { useState } from 'react';

import { useCorrect } from '../../api/roll_calls';
import type { Attendance, AttendanceState } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { ReasonItem } from '../../kit/reason/reason_item';
import { ATTENDANCE } from '../../words/roll_calls';
import { CORRECTIONS } from './rules';

interface Filled {
  state: AttendanceState;
  reason: string;
}

const LABELS: Labels<Filled> = { state: '改成', reason: '原因' };

/** What a correction is called on its button; a sign-in by staff has a word of its own. */
const CALLED: Record<AttendanceState, string> = {
  ...ATTENDANCE,
  present: '补签（到了）',
  late: '补签（迟到）',
};

const EXAMPLE: Partial<Record<AttendanceState, string>> = {
  present: '卡坏了，本人在会场，站长作证',
  late: '九点半到的，站长作证',
  leave: '住院，家属当天打过电话',
  exempt: '年老体弱，支委会 3 月 5 日定',
};

interface Props {
  rollCallId: string;
  line: Attendance;
  /** What it most likely becomes. */
  state: AttendanceState;
  onClose: () => void;
}

/** 补签、记请假、更正: staff say how somebody stands, and why. */
export function Correct({ rollCallId, line, state, onClose }: Props) {
  const correct = useCorrect(rollCallId);
  const [chosen, setChosen] = useState(state);
  return (
    <FormDialog<Filled>
      shape="dialog"
      title={`${line.member.name}（${line.organization.name}）`}
      okText="保存"
      cancelText="不改了"
      first={{ values: { state } }}
      labels={LABELS}
      save={(filled) =>
        correct.mutateAsync({
          member_id: line.member.id,
          state: filled.state,
          reason: filled.reason.trim(),
        })
      }
      onClose={onClose}
    >
      <p>
        现在记的是“{ATTENDANCE[line.state]}”。改了马上算进出席率，谁改的、为什么都记入记录。
        {chosen === 'exempt' && '免点名的人不算在应到里。'}
      </p>
      <Form.Item name="state" label={LABELS.state}>
        <Radio.Group
          options={CORRECTIONS.map((value) => ({ value, label: CALLED[value] }))}
          onChange={({ target }) => setChosen(target.value as AttendanceState)}
        />
      </Form.Item>
      <ReasonItem example={EXAMPLE[chosen] ?? '刚才记错了人'} />
    </FormDialog>
  );
}
