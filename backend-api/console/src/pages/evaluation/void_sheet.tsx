import { Form, InputNumber } from 'antd';

import { useTakeBallotBack } from '../../api/evaluations';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';

interface Voided {
  sheet: number;
}

const LABELS: Labels<Voided> = { sheet: '纸上的编号' };

/** Takes a sheet of paper back that is none, or that both read wrongly. */
export function VoidSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { mutateAsync: takeBack } = useTakeBallotBack(id);
  return (
    <FormDialog<Voided>
      shape="dialog"
      title="作废一张纸质票"
      okText="作废"
      cancelText="不作废"
      first={{ values: {} }}
      labels={LABELS}
      save={({ sheet }) => takeBack(sheet)}
      onClose={onClose}
    >
      <Form.Item
        name="sheet"
        label={LABELS.sheet}
        extra="录好的内容不再算数；这个编号可以由两个人重新录。已经算数的，第一遍是谁录的，谁不能作废。编号记进审计日志。"
        rules={[{ required: true, message: '请填纸上的编号' }]}
      >
        <InputNumber min={1} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}
