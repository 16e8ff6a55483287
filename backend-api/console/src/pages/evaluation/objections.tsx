import { Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';

import { useAnswerObjection } from '../../api/evaluations';
import type { OpenObjection, StaffEvaluation } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { useMayIn } from '../../kit/may/use_may';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';

/** People who say that they are entitled: each is answered, with the reason they will read. */
export function Objections({ one }: { one: StaffEvaluation }) {
  const mayIn = useMayIn('evaluate');
  const now = useNow(60_000);
  const [answering, setAnswering] = useState<OpenObjection | null>(null);
  if (one.objections.length === 0) return null;
  return (
    <section className="card evaluation-part" aria-labelledby="part-objections">
      <div className="evaluation-part-head">
        <h2 id="part-objections">异议 {one.objections.length} 个，等答复</h2>
      </div>
      <ul className="evaluation-objections">
        {one.objections.map((objection) => (
          <li key={objection.id}>
            <div>
              <b>
                {objection.member.name}（{objection.organization.name}）
              </b>
              <p>
                {moment(objection.at_ms, now)}说自己应该能答。电视上告诉本人的是：
                {objection.because}
              </p>
            </div>
            {mayIn(objection.organization.id) && (
              <Button onClick={() => setAnswering(objection)}>答复…</Button>
            )}
          </li>
        ))}
      </ul>
      {answering !== null && (
        <AnswerDialog
          id={one.evaluation.id}
          objection={answering}
          onClose={() => setAnswering(null)}
        />
      )}
    </section>
  );
}

interface Said {
  entitled: boolean;
  reason: string;
}

const LABELS: Labels<Said> = { entitled: '能不能答', reason: '原因' };

interface DialogProps {
  id: string;
  objection: OpenObjection;
  onClose: () => void;
}

function AnswerDialog({ id, objection, onClose }: DialogProps) {
  const { mutateAsync: answer } = useAnswerObjection();
  return (
    <FormDialog<Said>
      shape="dialog"
      title={`答复${objection.member.name}`}
      okText="答复"
      cancelText="以后再说"
      first={{ values: {} }}
      labels={LABELS}
      save={({ entitled, reason }) =>
        answer({ id, objection: objection.id, entitled, reason: reason.trim() })
      }
      onClose={onClose}
    >
      <Form.Item
        name="entitled"
        label={LABELS.entitled}
        rules={[{ required: true, message: '请选能还是不能' }]}
      >
        <Radio.Group>
          <Radio value={true}>能，加进名单</Radio>
          <Radio value={false}>不能</Radio>
        </Radio.Group>
      </Form.Item>
      <Form.Item
        name="reason"
        label={LABELS.reason}
        extra="本人在电视上会看到。请不要写证件号或电话。"
        rules={[{ required: true, whitespace: true, message: '请写原因' }]}
      >
        <Input maxLength={200} placeholder="例如：组织关系上月已经转到本村" />
      </Form.Item>
    </FormDialog>
  );
}
