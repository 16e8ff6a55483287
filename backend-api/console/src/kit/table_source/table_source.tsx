import './table_source.css';

import { FileExcelOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';

/** A table as somebody brought it: a file with its name, or what was pasted. */
export type Brought = { file: File } | { text: string };

interface Props {
  /** The name of what is chosen, e.g. 选收支表. */
  title: string;
  /** What must stand in it. */
  about: ReactNode;
  /** What assistive technology calls the two fields. */
  labels: { file: string; text: string };
  placeholder: string;
  /** Reads it; what it throws is told by `words`. */
  read: (table: Brought) => Promise<void> | void;
  words: (error: unknown) => string;
}

/** A table out of a spreadsheet: its file, or what was copied from it. */
export function TableSource({ title, about, labels, placeholder, read, words }: Props) {
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const take = async (table: Brought) => {
    setBusy(true);
    setTrouble(null);
    try {
      await read(table);
    } catch (error) {
      setTrouble(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <section className="table-source">
        <h2>{title}</h2>
        <p>{about}</p>
        <input
          ref={field}
          type="file"
          aria-label={labels.file}
          accept=".xlsx,.csv,.txt"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) void take({ file });
            target.value = '';
          }}
        />
        <Button
          type="primary"
          icon={<FileExcelOutlined aria-hidden />}
          loading={busy}
          onClick={() => field.current?.click()}
        >
          选文件…
        </Button>
      </section>
      <section className="table-source">
        <h2>或者从表格里复制，粘贴到这里</h2>
        <Input.TextArea
          aria-label={labels.text}
          rows={8}
          value={text}
          placeholder={placeholder}
          onChange={({ target }) => setText(target.value)}
        />
        <Button disabled={text.trim() === ''} loading={busy} onClick={() => void take({ text })}>
          看一看
        </Button>
      </section>
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
    </>
  );
}
