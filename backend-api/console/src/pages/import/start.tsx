import type { ReactNode } from 'react';

import type { Brought } from '../../kit/table_source/table_source';
import { TableSource } from '../../kit/table_source/table_source';
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
  const read = async (table: Brought) =>
    'file' in table
      ? onRead(table.file.name, await readFile(what, table.file))
      : onRead('', readText(what, table.text));
  return (
    <div className="import-start card">
      <TableSource
        title="选一个文件"
        about="表格文件 .xlsx 或 CSV。第一行是列名，先后不要紧，不用的列可以没有。"
        labels={{ file: '表格文件', text: '粘贴的表格' }}
        placeholder={`${COLUMNS[what].map(({ title }) => title).join('\t')}\n……`}
        read={read}
        words={words}
      />
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
