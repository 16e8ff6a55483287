import { EyeOutlined, LogoutOutlined, VideoCameraOutlined } from '@ant-design/icons';
import { Button, Layout } from 'antd';
import { NavLink, Outlet } from 'react-router-dom';

import { useMe, useSignOut } from '../api/session';

/** The head above every page but the host's. */
export function Frame() {
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Layout className="frame">
      <Layout.Header className="frame-head">
        <span className="frame-name">工作台</span>
        <nav aria-label="主要页面">
          <NavLink to="/meetings" className="frame-link">
            <VideoCameraOutlined aria-hidden /> 会议与直播
          </NavLink>
          <NavLink to="/duty" className="frame-link">
            <EyeOutlined aria-hidden /> 干部坐班
          </NavLink>
        </nav>
        <span className="spacer" />
        <span className="frame-who">
          {me.data?.organization.name}
          {me.data?.login ? ` · ${me.data.login}` : ''}
        </span>
        <Button
          type="text"
          className="frame-out"
          icon={<LogoutOutlined aria-hidden />}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          退出
        </Button>
      </Layout.Header>
      <Layout.Content className="frame-body">
        <Outlet />
      </Layout.Content>
    </Layout>
  );
}
