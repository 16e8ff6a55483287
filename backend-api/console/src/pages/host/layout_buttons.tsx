import './layout_buttons.css';

import { LoadingOutlined } from '@ant-design/icons';

import type { Direction, Layout } from '../../api/types';
import { LAYOUT, LAYOUTS } from '../../words/states';
import type { Wishes } from './directions';
import { isPending } from './directions';
import { WishTrouble } from './wish_trouble';

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  /** H: the host, 1…3: speakers. */
  who: string;
}

const DRAWING: Record<Layout, readonly Box[]> = {
  host_full: [{ x: 1, y: 1, w: 46, h: 26, who: '主' }],
  speaker_full: [{ x: 1, y: 1, w: 46, h: 26, who: '发' }],
  side_by_side: [
    { x: 1, y: 7, w: 22, h: 14, who: '主' },
    { x: 25, y: 7, w: 22, h: 14, who: '发' },
  ],
  picture_in_picture: [
    { x: 1, y: 1, w: 46, h: 26, who: '发' },
    { x: 31, y: 15, w: 14, h: 10, who: '主' },
  ],
  grid: [
    { x: 1, y: 1, w: 22, h: 12, who: '主' },
    { x: 25, y: 1, w: 22, h: 12, who: '1' },
    { x: 1, y: 15, w: 22, h: 12, who: '2' },
    { x: 25, y: 15, w: 22, h: 12, who: '3' },
  ],
};

function Drawing({ layout }: { layout: Layout }) {
  return (
    <svg width="48" height="28" viewBox="0 0 48 28" aria-hidden focusable="false">
      {DRAWING[layout].map(({ x, y, w, h, who }) => (
        <g key={who}>
          <rect x={x} y={y} width={w} height={h} rx="2" className="drawing-box" />
          <text x={x + w / 2} y={y + h / 2 + 3.2} className="drawing-who">
            {who}
          </text>
        </g>
      ))}
    </svg>
  );
}

interface Props {
  now: Layout | null;
  wishes: Wishes;
  ask: (direction: Direction) => void;
  dismiss: (place: string) => void;
}

/** How the picture is put together. */
export function LayoutButtons({ now, wishes, ask, dismiss }: Props) {
  const wish = isPending(wishes, 'layout') ? wishes.layout?.direction : undefined;
  const wanted = wish?.command === 'layout' ? wish.layout : null;
  return (
    <div>
      <div className="layouts" role="group" aria-label="画面布局">
        {LAYOUTS.map((layout) => (
          <button
            key={layout}
            type="button"
            className="layout"
            aria-pressed={layout === now}
            aria-busy={layout === wanted}
            disabled={now === null}
            onClick={() => ask({ command: 'layout', layout })}
          >
            {layout === wanted ? <LoadingOutlined aria-hidden /> : <Drawing layout={layout} />}
            <span>{LAYOUT[layout]}</span>
          </button>
        ))}
      </div>
      <WishTrouble wishes={wishes} place="layout" dismiss={dismiss} />
    </div>
  );
}
