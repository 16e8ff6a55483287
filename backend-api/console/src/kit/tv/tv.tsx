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

interface FrameProps {
  size: TvSize;
  /** Beside the arrow back. */
  title?: ReactNode;
  /** What the keys do. */
  hints: ReactNode;
  children: ReactNode;
}

/**
 * A television's screen, about as it lays it out: its type, colours and widths are those of `ui/tokens.slint`, lines
 * break where this browser breaks them.
 */
export function TvFrame({ size, title, hints, children }: FrameProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  return (
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
  );
}

/** Chooses the size of a television's text. */
export function TvSizeChoice({ size, onSize }: { size: TvSize; onSize: (size: TvSize) => void }) {
  return (
    <PartChoice
      label="字号"
      value={size}
      choices={Object.entries(TV_SIZES).map(([value, label]) => ({
        value: value as TvSize,
        label,
      }))}
      onChange={onSize}
    />
  );
}

interface FootProps {
  /** Which of the screens is shown, from 0. */
  at: number;
  all: number;
  onAt: (at: number) => void;
  children: ReactNode;
}

/** Leads from one screen to the next. */
export function TvFoot({ at, all, onAt, children }: FootProps) {
  return (
    <div className="tv-foot">
      <Button
        type="text"
        icon={<LeftOutlined aria-hidden />}
        disabled={at <= 0}
        onClick={() => onAt(at - 1)}
      >
        上一屏
      </Button>
      <span role="status">{children}</span>
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
  );
}

interface Props extends FrameProps, Omit<FootProps, 'children'> {
  onSize: (size: TvSize) => void;
  /** Between the ways to the screen before and to the next one. */
  said: string;
}

/** What a television shows, screen by screen, at each of its sizes. */
export function Tv({ onSize, at, all, onAt, said, ...frame }: Props) {
  return (
    <section className="tv" aria-label="电视上的样子">
      <div className="tv-head">
        <h3>电视上的样子</h3>
        <span className="spacer" />
        <TvSizeChoice size={frame.size} onSize={onSize} />
      </div>
      <TvFrame {...frame} />
      <TvFoot at={at} all={all} onAt={onAt}>
        {said}
      </TvFoot>
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
