import { Modal, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { Outlet } from 'react-router-dom';

import { useMe } from '../../api/session';
import { usePageTitle } from '../../parts/page_title';
import { Problem } from '../../parts/problem';
import { SignInForm } from './form';

/** Lets nobody in who is not signed in. A session that ends does not tear down the page: a meeting may be on air. */
export function SessionGate() {
  const me = useMe();
  const [inside, setInside] = useState(false);
  useEffect(() => {
    if (me.data) setInside(true);
  }, [me.data]);

  if (inside || me.data) {
    return (
      <>
        <Outlet />
        <Modal
          open={me.data === null}
          title="登录已经过期，请重新登录"
          footer={null}
          closable={false}
          maskClosable={false}
          keyboard={false}
          destroyOnHidden
        >
          <SignInForm />
        </Modal>
      </>
    );
  }
  if (me.data === null) return <SignInPage />;
  return (
    <main className="center">
      {me.isError ? <Problem error={me.error} retry={me.refetch} /> : <Spin size="large" />}
    </main>
  );
}

function SignInPage() {
  usePageTitle('登录');
  return (
    <main className="sign-in">
      <section className="sign-in-card" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">工作台</h1>
        <p>请用管理员给您的账号登录。</p>
        <SignInForm />
      </section>
    </main>
  );
}
