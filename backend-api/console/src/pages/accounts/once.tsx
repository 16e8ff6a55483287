import { Alert, Checkbox, Modal, Typography } from 'antd';
import { useState } from 'react';

export interface Once {
  login: string;
  password: string;
  /** It is a new account; otherwise an old one with another password. */
  isNew: boolean;
}

/** A password, shown this once: the server keeps none that could be read. */
export function OncePassword({ once, onClose }: { once: Once; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <Modal
      open
      title={once.isNew ? '账号开好了' : '密码换好了'}
      closable={false}
      maskClosable={false}
      keyboard={false}
      okText="完成"
      okButtonProps={{ disabled: !kept }}
      cancelButtonProps={{ hidden: true }}
      onOk={onClose}
    >
      <dl className="account-once">
        <dt>账号</dt>
        <dd>
          <code>{once.login}</code>
        </dd>
        <dt>密码</dt>
        <dd>
          <Typography.Text code copyable={{ tooltips: ['复制', '已复制'] }}>
            {once.password}
          </Typography.Text>
        </dd>
      </dl>
      <Alert
        type="warning"
        showIcon
        message="只在这里显示这一次，关了谁也看不到"
        description="请抄给本人，不要用微信或短信发。请本人登录以后马上换成自己的密码。"
      />
      <Checkbox className="account-kept" checked={kept} onChange={() => setKept(!kept)}>
        我已经抄好
      </Checkbox>
    </Modal>
  );
}
