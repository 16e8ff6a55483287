import './cover_dialog.css';

import { Alert, Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { fileAt } from '../../api/bulletins';
import type { PictureRegion } from '../../api/types';
import type { Point } from '../../bulletin/regions';
import { framed, keyed, middle, MOST_REGIONS } from '../../bulletin/regions';
import type { PictureSpot } from '../../bulletin/writing';

interface Props {
  spot: PictureSpot;
  /** Somebody has looked at it. */
  seen: boolean;
  onLook: () => void;
  /** Why not, in words, or `null`: it is done. */
  onCover: (name: string, regions: PictureRegion[]) => Promise<string | null>;
  onClose: () => void;
}

const percent = (part: number) => `${Math.round(part * 100)}%`;

const placeOf = ({ x, y, width, height }: PictureRegion) => ({
  left: `${x * 100}%`,
  top: `${y * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});

/** A picture, large: what of it nobody should see is framed, by mouse or keys, and covered for good. */
export function CoverDialog({ spot, seen, onLook, onCover, onClose }: Props) {
  const { name, label, picture } = spot;
  const [regions, setRegions] = useState<readonly PictureRegion[]>([]);
  const [from, setFrom] = useState<Point | null>(null);
  const [to, setTo] = useState<Point | null>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const sheet = useRef<HTMLDivElement>(null);
  /** Made by the keyboard, which goes on with it. */
  const [added, setAdded] = useState(0);
  useEffect(() => {
    if (added === 0) return;
    const frames = sheet.current?.querySelectorAll<HTMLButtonElement>('.cover-frame');
    frames?.[frames.length - 1]?.focus();
  }, [added]);

  const pointOf = ({ clientX, clientY }: React.PointerEvent): Point => {
    const box = sheet.current?.getBoundingClientRect();
    if (!box || box.width === 0 || box.height === 0) return { x: 0, y: 0 };
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  };
  const full = regions.length >= MOST_REGIONS;
  const begin = (event: React.PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || busy || full) return;
    if ((event.target as HTMLElement).closest('.cover-frame')) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setFrom(pointOf(event));
    setTo(pointOf(event));
  };
  const end = (event: React.PointerEvent) => {
    if (from === null) return;
    const region = framed(from, pointOf(event));
    setFrom(null);
    if (region !== null) setRegions((all) => [...all, region]);
  };
  const press = (event: React.KeyboardEvent, at: number, region: PictureRegion) => {
    const next = keyed(region, event);
    if (next === undefined) return;
    event.preventDefault();
    setRegions((all) =>
      next === null
        ? all.filter((_, index) => index !== at)
        : all.map((one, index) => (index === at ? next : one)),
    );
  };
  const cover = async () => {
    setBusy(true);
    setTrouble(null);
    const words = await onCover(name, [...regions]);
    setBusy(false);
    if (words === null) onClose();
    else setTrouble(words);
  };
  const drawing = from !== null && to !== null ? framed(from, to) : null;

  return (
    <Modal
      open
      className="cover-dialog"
      title={`${label}：看一看，要盖的盖住`}
      width={920}
      centered
      maskClosable={false}
      onCancel={() => !busy && onClose()}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            关闭
          </Button>
          <Button
            disabled={busy || full}
            onClick={() => {
              setRegions((all) => [...all, middle()]);
              setAdded((n) => n + 1);
            }}
          >
            加一处
          </Button>
          {regions.length === 0 && !seen && (
            <Button type="primary" onClick={onLook}>
              没有要盖的，确认可以公布
            </Button>
          )}
          {regions.length > 0 && (
            <Button type="primary" loading={busy} onClick={() => void cover()}>
              盖住 {regions.length} 处
            </Button>
          )}
        </>
      }
    >
      <p className="cover-help">
        用鼠标在图上拖出框；或者点“加一处”，用方向键移动，按住 Shift 用方向键改大小，按 Delete
        去掉。盖住以后变不回来，原图从服务器上删掉（别处还在用的除外）。
      </p>
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
      <div className="cover-room">
        <div
          ref={sheet}
          className="cover-sheet"
          onPointerDown={begin}
          onPointerMove={(event) => from !== null && setTo(pointOf(event))}
          onPointerUp={end}
          onPointerCancel={() => setFrom(null)}
        >
          <img
            src={fileAt(picture.screen.name)}
            alt={picture.caption || '没有说明的图片'}
            draggable={false}
          />
          {regions.map((region, at) => (
            <button
              key={at}
              type="button"
              className="cover-frame"
              style={placeOf(region)}
              disabled={busy}
              aria-label={`要盖的第 ${at + 1} 处：离左边 ${percent(region.x)}，离上边 ${percent(region.y)}，宽 ${percent(region.width)}，高 ${percent(region.height)}`}
              onKeyDown={(event) => press(event, at, region)}
            >
              {at + 1}
            </button>
          ))}
          {drawing !== null && <span className="cover-drawing" style={placeOf(drawing)} />}
        </div>
      </div>
    </Modal>
  );
}
