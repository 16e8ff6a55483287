import './tv.css';

import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode, RefObject } from 'react';
import { useLayoutEffect, useRef, useState } from 'react';

import { PartChoice } from '../collection/filter_choice';

/** Sizes of text that a television has. */
export const TV_SIZES = { '1': '100 %', '1.25': '125 %', '1.5': '150 %' } as const;
export type TvSize = keyof typeof TV_SIZES;

/** The television's screen is always as wide. */
const SCREEN_WIDTH = 1920;

interface Props {
  size: TvSize;
  onSize: (size: TvSize) => void;
  /** Beside the arrow back. */
  title?: ReactNode;
  /** What the keys do. */
  hints: ReactNode;
  /** Which of the screens is shown, from 0. */
  at: number;
  all: number;
  onAt: (at: number) => void;
  /** Between the ways to the screen before and to the next one. */
  said: string;
  children: ReactNode;
}

/**
 * What a television shows, about as it lays it out: its type, colours and widths are those of `ui/tokens.slint`, lines
 * break where this browser breaks them.
 */
export function Tv({ size, onSize, title, hints, at, all, onAt, said, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  return (
    <section className="tv" aria-label="电视上的样子">
      <div className="tv-head">
        <h3>电视上的样子</h3>
        <span className="spacer" />
        <PartChoice
          label="字号"
          value={size}
          choices={Object.entries(TV_SIZES).map(([value, label]) => ({
            value: value as TvSize,
            label,
          }))}
          onChange={onSize}
        />
      </div>
      <div ref={place} className="tv-frame">
        <div
          className={`tv-screen tv-size-${size.replace('.', '')}`}
          style={{ transform: `scale(${width / SCREEN_WIDTH})` }}
        >
          <div className="tv-bar">
            <span className="tv-back" aria-hidden>
              ←<small>返回</small>
            </span>
            {title}
          </div>
          {children}
          <div className="tv-hints" aria-hidden>
            {hints}
          </div>
        </div>
      </div>
      <div className="tv-foot">
        <Button
          type="text"
          icon={<LeftOutlined aria-hidden />}
          disabled={at <= 0}
          onClick={() => onAt(at - 1)}
        >
          上一屏
        </Button>
        <span role="status">{said}</span>
        <Button
          type="text"
          icon={<RightOutlined aria-hidden />}
          iconPosition="end"
          disabled={at >= all - 1}
          onClick={() => onAt(at + 1)}
        >
          下一屏
        </Button>
      </div>
    </section>
  );
}

/** How wide something is on the page, in CSS px. */
function useWidth(of: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
