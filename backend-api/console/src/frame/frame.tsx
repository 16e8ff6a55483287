import './frame.css';

import {
  AuditOutlined,
  BarChartOutlined,
  BellOutlined,
  EyeOutlined,
  HomeOutlined,
  LockOutlined,
  LogoutOutlined,
  MessageOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Link, NavLink, Outlet } from 'react-router-dom';

import { useLiveMeetings } from '../api/meetings';
import { useNotices } from '../api/notices';
import { useToDo } from '../api/requests';
import { useWithoutSecondFactor } from '../api/second_factor';
import { useMe, useSignOut } from '../api/session';
import { useMay, useMayIn } from '../kit/may/use_may';
import { HeadSide } from '../kit/page/page';
import { useNow } from '../kit/use_now';
import { BackupAge, ServerWarnings } from './condition';
import { onAir } from './on_air';

/** Around every page but the host's: where else one can go, what is live, who is signed in. */
export function Frame() {
  const me = useMe().data;
  const live = useLiveMeetings().data ?? [];
  const may = useMay();
  return (
    <div className="frame">
      <nav className="frame-nav" aria-label="主要页面">
        <div className="frame-town">
          <b>{me?.organization.name ?? ''}</b>
          <span>智慧党建工作台</span>
        </div>
        <Place to="/meetings" icon={<VideoCameraOutlined aria-hidden />} title="会议与直播">
          {live.length > 0 && <em>直播</em>}
        </Place>
        <Services />
        {may('confide') && (
          <Place to="/reports" icon={<LockOutlined aria-hidden />} title="举报投诉" />
        )}
        <Place to="/duty" icon={<EyeOutlined aria-hidden />} title="干部坐班" />
        <Place to="/branches" icon={<HomeOutlined aria-hidden />} title="支部主页" />
        <Place to="/statistics" icon={<BarChartOutlined aria-hidden />} title="统计" />
        {may('read_audit') && (
          <Place to="/audit" icon={<AuditOutlined aria-hidden />} title="审计日志" />
        )}
        <Notices />
        <BackupAge />
      </nav>
      <HeadSide.Provider
        value={
          <>
            <WithoutSecondFactor />
            <LiveMark />
            <Who />
          </>
        }
      >
        <div className="frame-page">
          <ServerWarnings />
          <Outlet />
        </div>
      </HeadSide.Provider>
    </div>
  );
}

/** One-key service and evaluations, with what is to be done; what is overdue is red. */
function Services() {
  const may = useMay();
  const toDo = useToDo(may('serve')).data;
  const counts = toDo ? [toDo.service, toDo.suggestion] : [];
  const count = counts.reduce((sum, { to_do }) => sum + to_do, 0);
  const late = counts.some(({ overdue }) => overdue > 0);
  return (
    <Place to="/services" icon={<MessageOutlined aria-hidden />} title="服务与评议">
      {count > 0 && (
        <em className={late ? undefined : 'frame-quiet'} title={late ? '有超时的' : undefined}>
          {count}
        </em>
      )}
    </Place>
  );
}

/** What staff should look at: requests that are due, and for those who may see members what names some. */
function Notices() {
  const may = useMay()('read');
  const unseen = useNotices(true, undefined, may).data;
  if (!may) return null;
  const count = unseen?.items.length ?? 0;
  return (
    <Place to="/notices" icon={<BellOutlined aria-hidden />} title="提醒">
      {count > 0 && <em>{unseen?.next ? `${count}+` : count}</em>}
    </Place>
  );
}

interface PlaceProps {
  to: string;
  icon: ReactNode;
  title: string;
  children?: ReactNode;
}

function Place({ to, icon, title, children }: PlaceProps) {
  return (
    <NavLink to={to} className="frame-link">
      {icon}
      {title}
      {children}
    </NavLink>
  );
}

/** 直播中: the way to what is on air. */
function LiveMark() {
  const live = useLiveMeetings().data ?? [];
  const mayIn = useMayIn('direct');
  const mark = onAir(live, (one) => mayIn(one.meeting.organization.id), useNow(1000));
  if (mark === null) return null;
  return (
    <Link to={mark.to} className="live-mark">
      <span className="live-dot" aria-hidden />
      {mark.words}
    </Link>
  );
}

/** A demonstration says what it does without. */
function WithoutSecondFactor() {
  if (!useWithoutSecondFactor()) return null;
  return <span className="without-second-factor">演示系统，未启用两步验证</span>;
}

function Who() {
  const me = useMe().data;
  const signOut = useSignOut();
  return (
    <>
      <Link to="/account" className="who" title="我的账号">
        <span className="who-mark" aria-hidden>
          {me?.login.charAt(0).toUpperCase()}
        </span>
        {me?.login}
      </Link>
      <Button
        type="text"
        icon={<LogoutOutlined aria-hidden />}
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        退出
      </Button>
    </>
  );
}
