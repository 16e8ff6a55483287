import { Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useDutyLog } from '../../api/duty';
import type { DutyLook, DutyRoom } from '../../api/types';
import { Collection } from '../../kit/collection/collection';
import { byCursor } from '../../kit/collection/pages';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { clock, length, moment } from '../../words/time';

function columns(now: number): ColumnsType<DutyLook> {
  return [
    { title: '谁', dataIndex: 'by' },
    { title: '从', dataIndex: 'opened_at_ms', render: (ms: number) => moment(ms, now) },
    {
      title: '到',
      dataIndex: 'closed_at_ms',
      render: (ms: number | null | undefined) =>
        ms == null ? <Tag tone="live">正在查看</Tag> : clock(ms),
    },
    {
      title: '多久',
      align: 'right',
      render: (_, one) => length((one.closed_at_ms ?? now) - one.opened_at_ms),
    },
  ];
}

/** Who looked, and from when to when. */
export function RoomLog({ room }: { room: DutyRoom }) {
  const now = useNow(10_000);
  /** Cursors of the pages that were turned; the address belongs to the rooms. */
  const [turned, setTurned] = useState<readonly string[]>([]);
  const log = useDutyLog(room.id, turned[turned.length - 1]);
  const rows = log.data?.items ?? [];
  return (
    <section aria-labelledby="log-title">
      <h3 id="log-title" className="section-title">
        查看记录
      </h3>
      <Collection
        query={log}
        rows={rows}
        rowKey={({ id }) => id}
        empty="还没有人查看过。"
        pager={byCursor({
          page: turned.length + 1,
          shown: rows.length,
          next: log.data?.next,
          forward: (next) => setTurned([...turned, next]),
          backward: () => setTurned(turned.slice(0, -1)),
        })}
      >
        {(shown) => (
          <Table<DutyLook>
            rowKey="id"
            size="middle"
            columns={columns(now)}
            dataSource={shown}
            pagination={false}
          />
        )}
      </Collection>
    </section>
  );
}
