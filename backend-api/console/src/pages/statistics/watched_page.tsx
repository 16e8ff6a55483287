import './statistics.css';

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import { useState } from 'react';

import { useListsOf } from '../../api/places';
import { useWatchedProgrammes } from '../../api/programmes';
import { PartChoice } from '../../kit/collection/filter_choice';
import { Page } from '../../kit/page/page';
import { PrintButton, PrintSheet, SheetTable } from '../../kit/print/sheet';
import { Problem } from '../../kit/problem';
import { keepTable } from '../../kit/table_file';
import { useNow } from '../../kit/use_now';
import { Guard } from './guard';
import type { Order } from './watched';
import { HEAD, lineOf, ordered } from './watched';

/** At how many televisions each programme was played. Of a few nothing is said, and nothing is ranked. */
export function WatchedPage() {
  const now = useNow(3_600_000);
  const programmes = useWatchedProgrammes();
  const lists = useListsOf('programmes').data ?? [];
  const [by, setBy] = useState<Order>('date');
  const listOf = (id: string) => lists.find(({ value }) => value === id)?.title ?? id;
  const rows = ordered(programmes.data ?? [], by);
  const lines = rows.map((one) => lineOf(one, listOf, now));
  // A file and a sheet are read on another day, too.
  const dated = rows.map((one) => lineOf(one, listOf, 0));
  return (
    <Page title="统计" tab="节目">
      <Guard />
      <div className="page-acts">
        <PartChoice<Order>
          label="次序"
          value={by}
          choices={[
            { value: 'date', label: '按发布的日期' },
            { value: 'name', label: '按名称' },
          ]}
          onChange={setBy}
        />
        <span className="spacer" />
        <PrintButton disabled={!programmes.data} />
        <Button
          icon={<DownloadOutlined aria-hidden />}
          disabled={!programmes.data}
          onClick={() => keepTable('节目播放.csv', [HEAD, ...dated])}
        >
          下载表
        </Button>
      </div>
      {programmes.error && <Problem error={programmes.error} retry={programmes.refetch} />}
      {!programmes.data && !programmes.error && <p role="status">正在读取</p>}
      {programmes.data && (
        <>
          <div className="card statistics-table">
            <Table<string[]>
              rowKey={(line) => rows[lines.indexOf(line)]?.id ?? ''}
              size="middle"
              columns={HEAD.map((title, at) => ({
                title,
                align: at > 3 ? ('right' as const) : ('left' as const),
                render: (_: unknown, line: string[]) =>
                  at === 0 ? <span className="published">{line[0]}</span> : line[at],
              }))}
              dataSource={lines}
              pagination={lines.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
              locale={{ emptyText: '电视上还没有节目。' }}
            />
          </div>
          <p className="page-note">
            数的是有多少台电视放过、放到了最后，不数时长，也不知道是谁看的。不到 5
            台的不显示，免得看出是哪一户。
          </p>
          <PrintSheet title="节目播放" note="按发布的日期或名称，不排名。">
            <SheetTable head={HEAD} rows={dated} figuresFrom={4} />
          </PrintSheet>
        </>
      )}
    </Page>
  );
}
