import './sign_in.css';

import {
  CarryOutOutlined,
  MessageOutlined,
  NotificationOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons';
import { Alert, Modal, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router-dom';

import { useWithoutSecondFactor } from '../../api/second_factor';
import { useMe } from '../../api/session';
import { useSetupOpen } from '../../api/setup';
import { usePageTitle } from '../../kit/page_title';
import { piece } from '../../kit/piece/piece';
import { PiecePlace } from '../../kit/piece/piece_place';
import { Problem } from '../../kit/problem';
import { SignInForm } from './form';

/** Few need it, and once. */
const DuePage = piece(async () => (await import('../second_factor/due')).DuePage);
/** Needed once in the life of a server. */
const ClaimPage = piece(async () => (await import('../setup/claim')).ClaimPage);

/** Lets nobody in who is not signed in. A session that ends does not tear down the page: a meeting may be on air. */
export function SessionGate() {
  const me = useMe();
  const [inside, setInside] = useState(false);
  /** Setting it up: until the recovery codes are written down, whatever the server says meanwhile. */
  const [settingUp, setSettingUp] = useState(false);
  const due = me.data?.second_factor === 'due';
  const outside = me.data === null && !inside;
  const setup = useSetupOpen(outside);
  const { pathname } = useLocation();
  useEffect(() => {
    if (due) setSettingUp(true);
    else if (me.data) setInside(true);
    if (me.data === null) setSettingUp(false);
  }, [due, me.data]);

  if (due || (settingUp && me.data)) {
    return (
      <PiecePlace>
        <DuePage onDone={() => setSettingUp(false)} />
      </PiecePlace>
    );
  }
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
  if (outside && setup.data === true) {
    return (
      <PiecePlace>
        {pathname === SETUP ? <ClaimPage /> : <Navigate to={SETUP} replace />}
      </PiecePlace>
    );
  }
  // Whether there is an account is asked in vain only if nothing else is answered either.
  if (outside && !setup.isPending) return <SignInPage />;
  return (
    <main className="center">
      {me.isError ? <Problem error={me.error} retry={me.refetch} /> : <Spin size="large" />}
    </main>
  );
}

/** Where a new server is set up. */
const SETUP = '/setup';

const HERE = [
  [NotificationOutlined, '发布', '通知、财务、荣誉，发到每户电视'],
  [VideoCameraOutlined, '开会', '看得见每个村，请谁发言谁上屏'],
  [CarryOutOutlined, '点名', '谁到了、谁没到，当场就清楚'],
  [MessageOutlined, '办事', '群众按一个键，在电视上看到答复'],
] as const;

function SignInPage() {
  usePageTitle('登录');
  const exempt = useWithoutSecondFactor();
  return (
    <div className="sign-in">
      <aside className="sign-in-town">
        <p className="sign-in-name">智慧党建</p>
        <p>工作台</p>
        <ul>
          {HERE.map(([Icon, name, words]) => (
            <li key={name}>
              <Icon aria-hidden />
              <b>{name}</b>
              <span>{words}</span>
            </li>
          ))}
        </ul>
      </aside>
      <main className="sign-in-main">
        <section aria-labelledby="sign-in-title">
          <h1 id="sign-in-title">登录工作台</h1>
          <div className="sign-in-card card">
            {exempt && (
              <Alert
                className="sign-in-wrong"
                type="warning"
                showIcon
                message="演示系统，未启用两步验证"
              />
            )}
            <SignInForm />
          </div>
          <p className="sign-in-help">
            {!exempt &&
              '设置了两步验证的账号，下一步要填手机“验证器”里的六位数字；手机不在身边，可以用备用码。'}
            忘了密码，或换了手机，请找管理员重设。连错多次要等一会儿再试。工作人员不会向您要密码。
          </p>
        </section>
      </main>
    </div>
  );
}
