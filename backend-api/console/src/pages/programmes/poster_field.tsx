import { Button, InputNumber } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { elapsed } from '../../words/time';

interface Props {
  id?: string;
  /** ms from the film's beginning; `null`: the server chooses. */
  value?: number | null;
  onChange?: (value: number | null) => void;
  /** The film: on this computer, if this page sent it, or its address. */
  film: File | string | null;
  /** What the seconds are called, where nothing else names them. */
  label?: string;
}

/** A moment of the film whose picture stands for it. */
export function PosterField({ id, value = null, onChange, film, label }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [src, setSrc] = useState<string | null>(null);
  const [plays, setPlays] = useState(true);
  useEffect(() => {
    if (film === null || typeof film === 'string') {
      setSrc(film);
      return;
    }
    const url = URL.createObjectURL(film);
    setSrc(url);
    return () => URL.revokeObjectURL(url);
  }, [film]);
  return (
    <div className="poster-field">
      {src !== null && plays && (
        <video
          ref={video}
          className="programme-film"
          controls
          muted
          preload="metadata"
          src={src}
          onError={() => setPlays(false)}
        />
      )}
      <div className="poster-moment">
        <span>第</span>
        <InputNumber<number>
          {...(id ? { id } : {})}
          {...(label ? { 'aria-label': label } : {})}
          min={0}
          max={86_400}
          step={1}
          value={value === null ? null : value / 1000}
          placeholder="自动选"
          onChange={(seconds) =>
            onChange?.(seconds === null ? null : Math.max(0, Math.round(seconds * 1000)))
          }
        />
        <span>秒的画面{value === null ? '' : `（${elapsed(value)}）`}</span>
        <span className="spacer" />
        {src !== null && plays && (
          <Button
            onClick={() => {
              const at = video.current?.currentTime ?? 0;
              onChange?.(Math.round(at * 1000));
            }}
          >
            用现在这个画面
          </Button>
        )}
      </div>
      {!plays && <small>这台电脑的浏览器放不了这种片子，写第几秒就行。</small>}
    </div>
  );
}
