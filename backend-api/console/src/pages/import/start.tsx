import { FileExcelOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';

import type { What } from './columns';
import { COLUMNS } from './columns';
import type { ReadTable } from './read_file';
import { readFile, readText } from './read_file';
import { Unreadable } from './zip';

interface Props {
  what: What;
  onRead: (file: string, table: ReadTable) => void;
  /** What stands below. */
  children?: ReactNode;
}

const words = (error: unknown) =>
  error instanceof Unreadable ? error.message : '这个文件读不懂。请另存为 .xlsx 或 CSV 再选。';

/** 选文件: chosen, or pasted out of a spreadsheet. Nothing leaves the browser yet. */
export function Start({ what, onRead, children }: Props) {
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const take = async (name: string, read: () => ReadTable | Promise<ReadTable>) => {
    setBusy(true);
    setTrouble(null);
    try {
      onRead(name, await read());
    } catch (error) {
      setTrouble(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="import-start card">
      <section>
        <h2>选一个文件</h2>
        <p>表格文件 .xlsx 或 CSV。第一行是列名，先后不要紧，不用的列可以没有。</p>
        <input
          ref={field}
          type="file"
          className="import-file"
          aria-label="表格文件"
          accept=".xlsx,.csv,.txt"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) void take(file.name, () => readFile(what, file));
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
      <section>
        <h2>或者从表格里复制，粘贴到这里</h2>
        <Input.TextArea
          aria-label="粘贴的表格"
          rows={8}
          value={text}
          placeholder={`${COLUMNS[what].map(({ title }) => title).join('\t')}\n……`}
          onChange={({ target }) => setText(target.value)}
        />
        <Button
          disabled={text.trim() === ''}
          loading={busy}
          onClick={() => void take('', () => readText(what, text))}
        >
          看一看
        </Button>
      </section>
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
      <section>
        <h2>能认的列</h2>
        <p>{COLUMNS[what].map(({ title }) => title).join('、')}</p>
        <p className="import-quiet">
          身份证号、电话、卡号在表格软件里要先把列设成“文本”再填，不然后几位会丢。
        </p>
      </section>
      {children}
    </div>
  );
}
