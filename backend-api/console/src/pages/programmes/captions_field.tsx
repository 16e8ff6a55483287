import { Button } from 'antd';
import { useRef, useState } from 'react';

import { decoded } from '../import/text';
import type { Captions } from './draft';

/** Captions of a film of some hours have less. */
const MOST_BYTES = 1_000_000;

interface Props {
  id?: string;
  value?: Captions;
  onChange?: (value: Captions) => void;
  /** Whether there are some already. */
  hasSome: boolean;
}

const SAID = { none: '没有字幕', kept: '用现在的字幕', file: '' } as const;

/** A file of captions, read here; what is wrong in it the server says. */
export function CaptionsField({ id, value = { kind: 'none' }, onChange, hasSome }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const choose = (next: Captions) => {
    setWrong(null);
    onChange?.(next);
  };
  const take = async (file: File) => {
    if (!/\.(vtt|srt)$/i.test(file.name)) {
      setWrong(`“${file.name}”不是字幕文件，请选 .srt 或 .vtt 文件。`);
      return;
    }
    if (file.size > MOST_BYTES) {
      setWrong(`“${file.name}”太大，字幕文件不会超过 1 MB，请看看是不是选错了。`);
      return;
    }
    try {
      const text = decoded(new Uint8Array(await file.arrayBuffer()));
      choose({ kind: 'file', name: file.name, text });
    } catch {
      setWrong(`读不出“${file.name}”，请再选一次。`);
    }
  };
  return (
    <div className="captions-field">
      <span>{value.kind === 'file' ? value.name : SAID[value.kind]}</span>
      <span className="spacer" />
      {value.kind === 'file' && (
        <Button type="text" onClick={() => choose({ kind: hasSome ? 'kept' : 'none' })}>
          {hasSome ? '用现在的' : '不要字幕'}
        </Button>
      )}
      {value.kind === 'kept' && (
        <Button type="text" onClick={() => choose({ kind: 'none' })}>
          去掉字幕
        </Button>
      )}
      {value.kind === 'none' && hasSome && (
        <Button type="text" onClick={() => choose({ kind: 'kept' })}>
          用现在的
        </Button>
      )}
      <Button {...(id ? { id } : {})} onClick={() => input.current?.click()}>
        {value.kind === 'none' ? '选字幕文件' : '换字幕文件'}
      </Button>
      <input
        ref={input}
        type="file"
        // Forms show inputs of files whatever `hidden` says.
        style={{ display: 'none' }}
        accept=".vtt,.srt"
        aria-label="字幕文件"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) void take(file);
        }}
      />
      {wrong !== null && (
        <p role="alert" className="captions-wrong">
          {wrong}
        </p>
      )}
    </div>
  );
}
