import { Empty, Table, Tag } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { useDutyLog } from '../../api/duty';
import type { DutyLook, DutyRoom } from '../../api/types';
import { Problem } from '../../parts/problem';
import { useNow } from '../../parts/use_now';
import { clock, length, moment } from '../../words/time';

function columns(now: number): ColumnsType<DutyLook> {
  return [
    { title: '谁', dataIndex: 'by' },
    { title: '从', dataIndex: 'opened_at_ms', render: (ms: number) => moment(ms, now) },
    {
      title: '到',
      dataIndex: 'closed_at_ms',
      render: (ms: number | null | undefined) =>
        ms == null ? <Tag color="red">正在查看</Tag> : clock(ms),
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
  const log = useDutyLog(room.id);
  return (
    <section aria-labelledby="log-title">
      <h3 id="log-title" className="section-title">
        查看记录
      </h3>
      {log.isError && <Problem error={log.error} retry={log.refetch} />}
      <Table<DutyLook>
        rowKey="id"
        size="small"
        loading={log.isPending}
        columns={columns(now)}
        dataSource={log.data ?? []}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{ emptyText: <Empty description="还没有人查看过。" /> }}
      />
    </section>
  );
}
