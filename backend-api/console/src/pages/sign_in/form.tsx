import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import type { KeyboardEvent } from 'react';
import { useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import type { Credentials } from '../../api/session';
import { useSignIn } from '../../api/session';
import { CODE } from '../second_factor/words';

/** What the server's answer to a wrong try means here. */
function wrong(error: unknown, asksSecond: boolean, triedCode: boolean): string | null {
  if (error === null) return null;
  if (error instanceof Refusal && error.code === 'second_factor' && asksSecond) {
    return triedCode ? '验证码不对，或者已经用过。请看手机上最新的六位数字。' : null;
  }
  return sentence(error);
}

export function SignInForm() {
  const signIn = useSignIn();
  const [asksSecond, setAsksSecond] = useState(false);
  const [capitals, setCapitals] = useState(false);
  const look = (event: KeyboardEvent) => setCapitals(event.getModifierState('CapsLock'));
  const submit = (values: Credentials) => {
    const { login, password, totp } = values;
    signIn.mutate(
      totp ? { login: login.trim(), password, totp } : { login: login.trim(), password },
      {
        onError: (error) => {
          if (error instanceof Refusal && error.code === 'second_factor') setAsksSecond(true);
        },
      },
    );
  };
  const message = wrong(signIn.error, asksSecond, signIn.variables?.totp !== undefined);
  return (
    <Form<Credentials> layout="vertical" size="large" requiredMark={false} onFinish={submit}>
      <Form.Item name="login" label="账号" rules={[{ required: true, message: '请写账号' }]}>
        <Input
          prefix={<UserOutlined aria-hidden />}
          autoComplete="username"
          autoFocus
          maxLength={64}
        />
      </Form.Item>
      <Form.Item name="password" label="密码" rules={[{ required: true, message: '请写密码' }]}>
        <Input.Password
          prefix={<LockOutlined aria-hidden />}
          autoComplete="current-password"
          onKeyDown={look}
          onKeyUp={look}
          onBlur={() => setCapitals(false)}
        />
      </Form.Item>
      <div role="status">
        {capitals && (
          <Alert
            className="sign-in-wrong"
            type="warning"
            showIcon
            message="键盘的大写锁定开着（Caps Lock）"
          />
        )}
      </div>
      {asksSecond && (
        <Form.Item
          name="totp"
          label="动态验证码"
          extra="打开手机上的验证器，写上面显示的六位数字。手机不在身边，写一个备用码。"
          rules={[{ required: true, pattern: CODE, message: '请写六位数字，或一个完整的备用码' }]}
        >
          <Input autoComplete="one-time-code" maxLength={24} autoFocus />
        </Form.Item>
      )}
      {message && <Alert className="sign-in-wrong" type="error" showIcon message={message} />}
      <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
        登录
      </Button>
    </Form>
  );
}
