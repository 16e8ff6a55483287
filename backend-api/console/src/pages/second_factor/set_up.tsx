import './second_factor.css';

import { Alert, Button, Form, Input, QRCode, Spin, Typography } from 'antd';
import { useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import { useConfirm, useOffer } from '../../api/second_factor';
import { RecoveryCodes } from './recovery_codes';
import { inGroups } from './words';

interface Props {
  /** The codes are written down. */
  onDone: () => void;
}

/** Setting a second factor up: a secret into the telephone, a code back, and then the recovery codes, once. */
export function SetUp({ onDone }: Props) {
  const offer = useOffer();
  const confirm = useConfirm();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (offer.isError) {
    return (
      <Alert
        type="error"
        showIcon
        message={sentence(offer.error)}
        action={<Button onClick={() => void offer.refetch()}>再试一次</Button>}
      />
    );
  }
  if (!offer.data) return <Spin />;
  const { secret, uri } = offer.data;
  return (
    <div className="second-factor">
      <ol>
        <li>在手机上装一个身份验证器（应用商店里搜“验证器”或 Authenticator），打开它。</li>
        <li>
          用它扫下面的码；扫不了，就选“手工输入”，写下面的密钥。
          <div className="second-factor-secret">
            <QRCode
              aria-label="给验证器扫的二维码"
              value={uri}
              size={192}
              type="svg"
              bordered={false}
            />
            <div>
              <span>密钥</span>
              <Typography.Text code copyable={{ text: secret, tooltips: ['复制', '已复制'] }}>
                {inGroups(secret)}
              </Typography.Text>
              <small>这个码和密钥只给本人看，不要拍照转发。</small>
            </div>
          </div>
        </li>
        <li>写下验证器上显示的六位数字。</li>
      </ol>
      <Form<{ code: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ code }) =>
          confirm.mutate(code.trim(), { onSuccess: (made) => setCodes(made.codes) })
        }
      >
        <Form.Item
          name="code"
          label="六位数字"
          rules={[{ required: true, pattern: /^\s*\d{3}\s?\d{3}\s*$/, message: '请写六位数字' }]}
        >
          <Input inputMode="numeric" autoComplete="one-time-code" maxLength={9} />
        </Form.Item>
        {confirm.isError && (
          <Alert
            className="second-factor-wrong"
            type="error"
            showIcon
            message={wrong(confirm.error)}
          />
        )}
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          确认
        </Button>
      </Form>
    </div>
  );
}

function wrong(error: unknown): string {
  return error instanceof Refusal && error.code === 'second_factor'
    ? '数字不对。请看验证器上最新的六位数字；总是不对，请检查手机的时间是否自动校准。'
    : sentence(error);
}
