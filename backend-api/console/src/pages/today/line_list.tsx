import {
  BellOutlined,
  CarryOutOutlined,
  ClockCircleOutlined,
  DesktopOutlined,
  FileDoneOutlined,
  InboxOutlined,
  LinkOutlined,
  MessageOutlined,
  VideoCameraOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

import { isThere } from '../../frame/ways';
import { LinkButton } from '../../kit/link_button';
import { ROOMS } from '../../rooms';
import type { Kind, Line } from './line';
import { MOST } from './lines';

const ICON: Record<Kind, ReactNode> = {
  live: <VideoCameraOutlined aria-hidden />,
  roll_call: <CarryOutOutlined aria-hidden />,
  request: <MessageOutlined aria-hidden />,
  clock: <ClockCircleOutlined aria-hidden />,
  meeting: <VideoCameraOutlined aria-hidden />,
  bulletin: <FileDoneOutlined aria-hidden />,
  submission: <InboxOutlined aria-hidden />,
  enrolment: <LinkOutlined aria-hidden />,
  terminal: <DesktopOutlined aria-hidden />,
  notice: <BellOutlined aria-hidden />,
  recording: <WarningOutlined aria-hidden />,
};

interface Props {
  lines: readonly Line[];
  isPending: boolean;
  /** Nothing of it could not be had. */
  isWhole: boolean;
}

/** 现在要您办的: eight lines at most. */
export function LineList({ lines, isPending, isWhole }: Props) {
  const shown = lines.slice(0, MOST);
  const rest = lines.length - shown.length;
  return (
    <section aria-labelledby="today-lines">
      <h2 id="today-lines" className="today-title">
        现在要您办的
        {lines.length > 0 && <small>{lines.length} 样，急的在前</small>}
      </h2>
      {lines.length > 0 ? (
        <ul className="today-lines card">
          {shown.map((line) => (
            <One key={line.key} line={line} />
          ))}
        </ul>
      ) : isPending ? (
        <p className="today-none card" role="status">
          正在看有什么要办的…
        </p>
      ) : (
        isWhole && <p className="today-none card">现在没有要您办的。有了会出现在这里，急的在前。</p>
      )}
      {rest > 0 && <p className="today-rest">另外还有 {rest} 样不急的，在左边各个页面里。</p>}
    </section>
  );
}

function One({ line }: { line: Line }) {
  const { kind, tone, title, name, note, clock, beside, button, to } = line;
  return (
    <li className={`today-line today-${tone}`}>
      <span className="today-icon">{ICON[kind]}</span>
      <div className="today-what">
        <h3>
          {title}
          {name !== undefined && <span className="published"> · {name}</span>}
        </h3>
        <p>{note}</p>
      </div>
      <div className="today-clock">
        <b>{clock}</b>
        <span>{beside}</span>
      </div>
      {isThere(ROOMS, to) && (
        <LinkButton to={to} {...(kind === 'live' ? { type: 'primary', danger: true } : {})}>
          {button}
        </LinkButton>
      )}
    </li>
  );
}
