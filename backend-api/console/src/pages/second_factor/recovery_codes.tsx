import './second_factor.css';

import { Alert, Button, Checkbox, Typography } from 'antd';
import { useState } from 'react';

import { useMe } from '../../api/session';
import { sheet } from './words';

interface Props {
  codes: readonly string[];
  onDone: () => void;
}

/** The recovery codes, which nobody can show again. */
export function RecoveryCodes({ codes, onDone }: Props) {
  const login = useMe().data?.login ?? '';
  const [written, setWritten] = useState(false);
  return (
    <div className="second-factor">
      <Alert
        type="warning"
        showIcon
        message="请把这些备用码抄下来或打印，和手机分开存放"
        description="手机丢了，凭一个备用码也能登录；每个只能用一次。它们只在这里显示这一次。"
      />
      <ul className="recovery-codes" aria-label="备用码">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="recovery-codes-out">
        <Typography.Text copyable={{ text: sheet(login, codes), tooltips: ['复制', '已复制'] }}>
          复制全部
        </Typography.Text>
        <Button onClick={() => window.print()}>打印</Button>
      </div>
      <Checkbox checked={written} onChange={(event) => setWritten(event.target.checked)}>
        我已经抄好或打印好
      </Checkbox>
      <Button type="primary" disabled={!written} onClick={onDone}>
        完成
      </Button>
    </div>
  );
}
