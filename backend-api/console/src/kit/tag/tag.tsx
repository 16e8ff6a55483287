import './tag.css';

import {
  CheckOutlined,
  ClockCircleOutlined,
  MinusCircleOutlined,
  StopOutlined,
  WarningFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

/** Done, due, faulty or live, waiting, over. */
export type Tone = 'done' | 'due' | 'fault' | 'live' | 'waiting' | 'off' | 'plain';

const ICON: Record<Tone, ReactNode> = {
  done: <CheckOutlined aria-hidden />,
  due: <WarningFilled aria-hidden />,
  fault: <StopOutlined aria-hidden />,
  live: <span className="tag-dot" aria-hidden />,
  waiting: <ClockCircleOutlined aria-hidden />,
  off: <MinusCircleOutlined aria-hidden />,
  plain: null,
};

/** How something stands: an icon and a word, never a colour alone. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`tag tag-${tone}`}>
      {ICON[tone]}
      {children}
    </span>
  );
}
