import './source.css';

import {
  AudioOutlined,
  DesktopOutlined,
  FilePptOutlined,
  LeftOutlined,
  RightOutlined,
  VideoCameraOutlined,
} from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useEffect, useRef } from 'react';

import { Select } from '../../kit/select';
import type { HostSource, Mode, Snapshot } from './host_source';
import { LevelMeter } from './level_meter';

const MODES = [
  { mode: 'camera', label: '摄像头', icon: <VideoCameraOutlined aria-hidden /> },
  { mode: 'screen', label: '电脑屏幕', icon: <DesktopOutlined aria-hidden /> },
  { mode: 'slides', label: '课件', icon: <FilePptOutlined aria-hidden /> },
  { mode: 'voice', label: '只用话筒', icon: <AudioOutlined aria-hidden /> },
] as const satisfies readonly { mode: Mode; label: string; icon: React.ReactNode }[];

interface Props {
  source: HostSource;
  picture: Snapshot;
  /** Before going live: with hints for testing. */
  testing: boolean;
  muted: boolean;
}

/** Which picture and which microphone. */
export function SourcePanel({ source, picture, testing, muted }: Props) {
  const { cameras, microphones } = picture.devices;
  return (
    <div className="source">
      <div className="source-modes" role="group" aria-label="用什么画面">
        {MODES.map(({ mode, label, icon }) => (
          <Button
            key={mode}
            icon={icon}
            type={picture.mode === mode ? 'primary' : 'default'}
            aria-pressed={picture.mode === mode}
            disabled={picture.busy}
            onClick={() => void source.useMode(mode)}
          >
            {label}
          </Button>
        ))}
      </div>
      {picture.mode === 'camera' && cameras.length > 0 && (
        <Select
          aria-label="选择摄像头"
          value={picture.cameraId}
          placeholder="选择摄像头"
          options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => void source.useCamera(id)}
        />
      )}
      {picture.mode === 'slides' && <SlidesControls source={source} picture={picture} />}
      {picture.videoTrouble && <Alert type="warning" showIcon message={picture.videoTrouble} />}
      <Select
        aria-label="选择话筒"
        value={picture.audio ? picture.microphoneId : null}
        placeholder="选择话筒"
        prefix={<AudioOutlined aria-hidden />}
        options={microphones.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(id) => void source.useMicrophone(id)}
        notFoundContent="没有找到话筒"
      />
      <LevelMeter track={picture.audio} hint={testing} muted={muted} />
      {picture.audioTrouble && (
        <Alert
          type="warning"
          showIcon
          message={picture.audioTrouble}
          action={<Button onClick={() => void source.useMicrophone(null)}>再试</Button>}
        />
      )}
      {picture.mode === 'camera' && picture.videoTrouble && (
        <Button onClick={() => void source.useCamera(null)}>再试一次摄像头</Button>
      )}
      {picture.mode === 'screen' && (
        <Button onClick={() => void source.useMode('screen')}>换一个屏幕或窗口</Button>
      )}
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, .ant-select') !== null;
}

function SlidesControls({ source, picture }: { source: HostSource; picture: Snapshot }) {
  const files = useRef<HTMLInputElement>(null);
  const { slides } = picture;
  // Presenters' remotes send these keys.
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      if (isTyping(event.target)) return;
      if (event.key === 'PageDown') source.turnPage(1);
      else if (event.key === 'PageUp') source.turnPage(-1);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', turn);
    return () => window.removeEventListener('keydown', turn);
  }, [source]);

  return (
    <div className="slides">
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept="application/pdf,image/png,image/jpeg,image/webp,.pdf"
        aria-label="选择课件文件"
        onChange={(event) => {
          const picked = [...(event.target.files ?? [])];
          event.target.value = '';
          if (picked.length > 0) void source.pick(picked);
        }}
      />
      <Button onClick={() => files.current?.click()} loading={picture.busy}>
        {slides ? '换课件' : '选择课件（图片或 PDF）'}
      </Button>
      {slides && (
        <div className="slides-pages">
          <Button
            aria-label="上一页"
            icon={<LeftOutlined aria-hidden />}
            disabled={slides.index === 0}
            onClick={() => source.turnPage(-1)}
          />
          <span aria-live="polite">
            第 {slides.index + 1} 页，共 {slides.count} 页
          </span>
          <Button
            aria-label="下一页"
            icon={<RightOutlined aria-hidden />}
            disabled={slides.index + 1 >= slides.count}
            onClick={() => source.turnPage(1)}
          />
        </div>
      )}
    </div>
  );
}
