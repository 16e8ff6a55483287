import './drawer.css';

import { CloseOutlined } from '@ant-design/icons';
import { Drawer as AntDrawer } from 'antd';
import type { ReactNode } from 'react';

import { px } from '../theme';

interface Props {
  open: boolean;
  title: ReactNode;
  /** Quiet things left, the first choice right. */
  foot?: ReactNode;
  /** What is written in it would be lost by a click beside it. */
  modal?: boolean;
  /** As wide as the window: something is made in it, and seen beside. */
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A sheet at the right that keeps the list in sight. */
export function Drawer({
  open,
  title,
  foot,
  modal = false,
  wide = false,
  onClose,
  children,
}: Props) {
  return (
    <AntDrawer
      className="drawer"
      open={open}
      title={title}
      footer={foot}
      width={wide ? '100%' : px('drawer-width')}
      maskClosable={!modal}
      // The first field of a form takes the focus by itself.
      autoFocus={!modal}
      closeIcon={<CloseOutlined aria-hidden />}
      closable={{ 'aria-label': '关闭' }}
      onClose={onClose}
    >
      {children}
    </AntDrawer>
  );
}

/** Names and values, one below the other; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
