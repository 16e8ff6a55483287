import './program.css';

import { MutedOutlined, SoundOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import type { Stage } from '../../api/types';
import type { Links } from './connection';
import { programWords } from './connection';
import { Video } from '../../media/video';

function notice({ program, stream }: Links, stage: Stage | null): string | null {
  if (program.kind === 'over') return programWords(program);
  if (program.kind === 'waiting' || (program.kind === 'connecting' && program.attempt > 0)) {
    return '节目画面中断，正在重新连接';
  }
  if (program.kind === 'connected' && !program.flowing) {
    return stage?.host === 'interrupted' ? '主持人信号中断' : '还没有节目画面';
  }
  return stream === null ? '正在取节目画面' : null;
}

/** What everybody sees. */
export function Program({ links, stage }: { links: Links; stage: Stage | null }) {
  const [listening, setListening] = useState(false);
  const words = notice(links, stage);
  return (
    <div className="program">
      <Video
        stream={links.stream}
        muted={!listening}
        label="节目：大家正在看的画面"
        className="picture program-picture"
      />
      <span className="picture-name">大家正在看</span>
      {words && (
        <p className="picture-notice" role="status">
          {words}
        </p>
      )}
      <Button
        className="program-listen"
        icon={listening ? <SoundOutlined aria-hidden /> : <MutedOutlined aria-hidden />}
        aria-pressed={listening}
        title="请戴耳机听，用音箱听会有回声"
        onClick={() => setListening(!listening)}
      >
        {listening ? '不听节目' : '听节目'}
      </Button>
    </div>
  );
}
