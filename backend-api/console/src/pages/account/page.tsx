import './account.css';
import '../second_factor/second_factor.css';

import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';

import {
  useAskAgain,
  useRemoveSecondFactor,
  useRenewCodes,
  useWithoutSecondFactor,
} from '../../api/second_factor';
import { useMe } from '../../api/session';
import { Page } from '../../kit/page/page';
import { CodeForm } from '../second_factor/code_form';
import { RecoveryCodes } from '../second_factor/recovery_codes';
import { SetUp } from '../second_factor/set_up';
import { leftWords } from '../second_factor/words';

type Doing = 'setting up' | 'renewing' | 'removing' | null;

/** The own account: its second factor and recovery codes. */
export function AccountPage() {
  const me = useMe().data;
  const exempt = useWithoutSecondFactor();
  const askAgain = useAskAgain();
  const [doing, setDoing] = useState<Doing>(null);
  const renew = useRenewCodes();
  const remove = useRemoveSecondFactor();
  const on = me?.second_factor === 'on';
  const done = () => {
    setDoing(null);
    renew.reset();
    remove.reset();
    void askAgain();
  };
  return (
    <Page title="账号与记录" tab="我的账号" note={me && `${me.login} · ${me.organization.name}`}>
      <section className="card account" aria-labelledby="second-factor-title">
        <h2 id="second-factor-title">两步验证</h2>
        {exempt && <Alert type="warning" showIcon message="演示系统，未启用两步验证" />}
        {on ? (
          <>
            <p>已启用。登录时除了密码，还要手机验证器上的六位数字。</p>
            <p>{leftWords(me.recovery_codes ?? 0)}</p>
            <div className="code-form-end">
              <Button onClick={() => setDoing('renewing')}>重新生成备用码</Button>
              <Button onClick={() => setDoing('removing')}>换手机或停用</Button>
            </div>
          </>
        ) : (
          <>
            <p>没有启用。启用以后，别人知道了密码也登录不了。</p>
            <Button type="primary" onClick={() => setDoing('setting up')}>
              设置两步验证
            </Button>
          </>
        )}
      </section>
      <Modal
        open={doing === 'setting up'}
        title="设置两步验证"
        footer={null}
        maskClosable={false}
        destroyOnHidden
        width={600}
        onCancel={done}
      >
        <SetUp onDone={done} />
      </Modal>
      <Modal
        open={doing === 'renewing'}
        title="重新生成备用码"
        footer={null}
        maskClosable={false}
        destroyOnHidden
        width={600}
        onCancel={done}
      >
        {renew.data ? (
          <RecoveryCodes codes={renew.data.codes} onDone={done} />
        ) : (
          <CodeForm
            label="生成"
            busy={renew.isPending}
            error={renew.error}
            onCode={(code) => renew.mutate(code)}
            onCancel={done}
          />
        )}
      </Modal>
      <Modal
        open={doing === 'removing'}
        title="换手机或停用"
        footer={null}
        maskClosable={false}
        destroyOnHidden
        onCancel={done}
      >
        <p>先停用现在的验证器，剩下的备用码一起作废。管理员的账号随后要马上重新设置。</p>
        <CodeForm
          label="停用"
          danger
          busy={remove.isPending}
          error={remove.error}
          onCode={(code) => remove.mutate(code, { onSuccess: done })}
          onCancel={done}
        />
      </Modal>
    </Page>
  );
}
