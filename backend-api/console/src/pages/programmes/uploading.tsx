import './uploading.css';

import {
  CloudUploadOutlined,
  FolderOpenOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
} from '@ant-design/icons';
import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';

import type { Upload } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { InSight } from '../../kit/in_sight';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { Problem } from '../../kit/problem';
import { percent, remaining, size, speed } from '../../media/pace';
import { moment } from '../../words/time';
import type { Going, UploadDesk } from './use_uploads';

const LEAVE = {
  title: '片子还在传，要离开吗？',
  content: '离开以后就停下来，传过的不用重来：回到这里选同一个文件，从停下的地方接着传。',
  okText: '离开',
  cancelText: '留下接着传',
} as const;

/** What the office's films are; another kind is looked at by the server, too. */
const FILMS = 'video/*,.mkv,.flv,.ts,.mts,.vob,.avi,.wmv,.rmvb';

interface Props {
  desk: UploadDesk;
  now: number;
  /** What is done with one that is here. */
  makeLabel?: string;
  /** Does it: makes a programme of it, unless `makeLabel` says otherwise. */
  onMake: (upload: Upload) => void;
}

/** Where films come in: one is chosen or dropped, and those on their way. */
export function Uploading({ desk, now, makeLabel = '做成节目…', onMake }: Props) {
  const { uploads, query, trouble } = desk;
  useLeaveGuard(desk.busy, LEAVE);
  return (
    <section className="card uploading" aria-label="上传节目">
      <Chooser desk={desk} />
      <div className="uploads">
        {query.error && <Problem error={query.error} retry={query.refetch} />}
        {trouble !== null && (
          <InSight key={trouble} className="uploads-trouble">
            <Alert
              type="warning"
              showIcon
              message={trouble}
              action={<Button onClick={desk.forgetTrouble}>知道了</Button>}
            />
          </InSight>
        )}
        {uploads.map((upload) => (
          <Line
            key={upload.id}
            upload={upload}
            desk={desk}
            now={now}
            makeLabel={makeLabel}
            onMake={onMake}
          />
        ))}
        {uploads.length === 0 && (
          <p className="uploads-none">
            没有正在传的片子。传完以后写片名、选栏目，服务器转换好了就能发布。
          </p>
        )}
      </div>
    </section>
  );
}

function Chooser({ desk }: { desk: UploadDesk }) {
  const [over, setOver] = useState(false);
  return (
    <div
      className={over ? 'chooser chooser-over' : 'chooser'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) void desk.begin(file);
      }}
    >
      <CloudUploadOutlined aria-hidden className="chooser-icon" />
      <strong>把片子拖到这里</strong>
      <small>最大 10 GB，断网能接着传</small>
      <FileButton
        label="上传节目…"
        loading={desk.beginning}
        icon={<FolderOpenOutlined aria-hidden />}
        onFile={(file) => void desk.begin(file)}
      />
    </div>
  );
}

interface FileButtonProps {
  label: string;
  icon?: ReactNode;
  loading?: boolean;
  primary?: boolean;
  onFile: (file: File) => void;
}

/** A button that lets choose one film. */
function FileButton({ label, icon, loading = false, primary = false, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        icon={icon}
        loading={loading}
        type={primary ? 'primary' : 'default'}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={FILMS}
        aria-label={`${label}：文件`}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // The same file may be chosen again.
          target.value = '';
          if (file) onFile(file);
        }}
      />
    </>
  );
}

interface LineProps extends Props {
  upload: Upload;
}

/** What needs somebody is red, what waits amber. */
function toneOf({ state }: Upload, going: Going | undefined): string {
  if (state === 'refused' || going?.kind === 'failed') return 'upload-fault';
  return state === 'receiving' && going?.kind !== 'sending' ? 'upload-due' : '';
}

/** How it stands, in words. */
function words({ state, problem, expires_at_ms }: Upload, going: Going | undefined, now: number) {
  if (state === 'ready') return `传好了，${moment(expires_at_ms, now)}前做成节目，过后就清掉`;
  if (state === 'checking') return '传完了，正在检查能不能播放';
  if (state === 'refused') return problem ?? '这个文件不能播放，请换一个。';
  switch (going?.kind) {
    case 'sending':
      return '正在传';
    case 'waiting':
    case 'failed':
      return going.words;
    case 'paused':
      return '已暂停，传过的不用重来';
    default:
      return `没有传完，${moment(expires_at_ms, now)}前选同一个文件接着传，过后就清掉`;
  }
}

function Line({ upload, desk, now, makeLabel, onMake }: LineProps) {
  const { id, file_name: name, bytes, state } = upload;
  const confirm = useConfirm();
  const going = state === 'receiving' ? desk.goings.get(id) : undefined;
  const sent = Math.max(going?.sent ?? 0, going?.kind === 'sending' ? 0 : upload.received);
  const done = percent(state === 'receiving' ? sent : bytes, bytes);
  const sending = going?.kind === 'sending' ? going : null;
  const fast = sending && speed(sending.pace);
  const left = sending ? remaining(sending.pace, bytes) : '';
  const running = going?.kind === 'sending' || going?.kind === 'waiting';
  const drop = () =>
    confirm({
      title: '取消上传？',
      content: `“${name}”已经传到服务器的部分会清掉，再要就从头传。`,
      okText: '取消上传',
      cancelText: '不取消',
      run: () => desk.drop(id),
    });
  return (
    <div className="upload" role="group" aria-label={name}>
      <div className="upload-head">
        <span className="published upload-name">{name}</span>
        <span className="spacer" />
        {running && (
          <Button
            type="text"
            icon={<PauseCircleOutlined aria-hidden />}
            onClick={() => desk.pause(id)}
          >
            暂停
          </Button>
        )}
        {state === 'receiving' && !running && desk.hasFile(id) && (
          <Button icon={<PlayCircleOutlined aria-hidden />} onClick={() => desk.resume(id)}>
            接着传
          </Button>
        )}
        {state === 'receiving' && !running && !desk.hasFile(id) && (
          <FileButton label="接着传…" onFile={(file) => desk.goOn(upload, file)} />
        )}
        {state === 'ready' && (
          <Button type="primary" onClick={() => onMake(upload)}>
            {makeLabel}
          </Button>
        )}
        {state === 'refused' ? (
          <Button onClick={() => void desk.drop(id).catch(() => desk.query.refetch())}>去掉</Button>
        ) : (
          <Button type="text" onClick={() => void drop()}>
            取消…
          </Button>
        )}
      </div>
      {state !== 'refused' && (
        <div className="upload-bar">
          <div
            role="progressbar"
            aria-label={name}
            aria-valuenow={done}
            className={sending || state !== 'receiving' ? 'bar' : 'bar bar-due'}
          >
            <span style={{ width: `${done}%` }} />
          </div>
          <b>{done} %</b>
        </div>
      )}
      <p className={toneOf(upload, going)}>
        <span role="status">{words(upload, going, now)}</span>
        {left && `，${left}`}
        {state === 'receiving' && ` · ${size(sent)} / ${size(bytes)}`}
        {fast !== null && `，每秒 ${size(fast)}`}
      </p>
    </div>
  );
}
