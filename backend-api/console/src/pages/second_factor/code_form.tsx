import { Alert, Button, Form, Input } from 'antd';

import { Refusal, sentence } from '../../api/refusal';
import { CODE } from './words';

interface Props {
  /** What is done with it. */
  label: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  onCode: (code: string) => void;
  onCancel: () => void;
}

/** Asks for a code of the second factor before something is done to it. */
export function CodeForm({ label, danger = false, busy, error, onCode, onCancel }: Props) {
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={({ code }) => onCode(code.trim())}
    >
      <Form.Item
        name="code"
        label="验证码"
        extra="手机验证器上的六位数字，或者一个备用码。"
        rules={[{ required: true, pattern: CODE, message: '请写六位数字，或一个完整的备用码' }]}
      >
        <Input autoComplete="one-time-code" maxLength={24} />
      </Form.Item>
      {error !== null && (
        <Alert
          className="second-factor-wrong"
          type="error"
          showIcon
          message={
            error instanceof Refusal && error.code === 'second_factor'
              ? '验证码不对，或者已经用过。'
              : sentence(error)
          }
        />
      )}
      <div className="code-form-end">
        <Button onClick={onCancel}>返回</Button>
        <Button type="primary" danger={danger} htmlType="submit" loading={busy}>
          {label}
        </Button>
      </div>
    </Form>
  );
}
