import { Form, Input } from 'antd';

import { KEPT, LONGEST, reasonTrouble } from './reason';

/** Field of a form for a reason that records keep. */
export function ReasonItem({ name = 'reason', example }: { name?: string; example: string }) {
  return (
    <Form.Item
      name={name}
      label="原因"
      extra={KEPT}
      rules={[
        {
          validator: (_, value: string | undefined) => {
            const trouble = reasonTrouble(value ?? '');
            return trouble === null ? Promise.resolve() : Promise.reject(new Error(trouble));
          },
        },
      ]}
      validateTrigger="onSubmit"
    >
      <Input maxLength={LONGEST} placeholder={`例如：${example}`} />
    </Form.Item>
  );
}
