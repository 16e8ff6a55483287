import { ArrowLeftOutlined } from '@ant-design/icons';
import { Empty, Input, Statistic, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';
import { Link, useParams } from 'react-router-dom';

import { useMeeting, useViewings } from '../../api/meetings';
import type { Viewing } from '../../api/types';
import { usePageTitle } from '../../parts/page_title';
import { Problem } from '../../parts/problem';
import { useNow } from '../../parts/use_now';
import { percent, STATE } from '../../words/states';
import { length, moment } from '../../words/time';

function columns(now: number): ColumnsType<Viewing> {
  return [
    {
      title: '所在组织',
      dataIndex: ['organization', 'name'],
      sorter: (a, b) => a.organization.name.localeCompare(b.organization.name, 'zh-CN'),
    },
    {
      title: '电视',
      dataIndex: 'terminal_name',
      sorter: (a, b) => a.terminal_name.localeCompare(b.terminal_name, 'zh-CN'),
    },
    {
      title: '登录的党员',
      dataIndex: 'members',
      render: (members: string[]) => (members.length > 0 ? members.join('、') : '没有登录'),
    },
    {
      title: '看了多久',
      dataIndex: 'watched_ms',
      align: 'right',
      render: (ms: number) => length(ms),
      sorter: (a, b) => a.watched_ms - b.watched_ms,
    },
    { title: '开始', dataIndex: 'first_at_ms', render: (ms: number) => moment(ms, now) },
    { title: '最后', dataIndex: 'last_at_ms', render: (ms: number) => moment(ms, now) },
  ];
}

/** Who watched, and how long. */
export function ViewingsPage() {
  const { id = '' } = useParams();
  const now = useNow(60_000);
  const meeting = useMeeting(id);
  const viewings = useViewings(id);
  const [words, setWords] = useState('');
  usePageTitle(meeting.data ? `收看情况：${meeting.data.meeting.title}` : '收看情况');
  const wanted = words.trim();
  const shown = viewings.data?.viewings.filter((one) =>
    [one.terminal_name, one.organization.name, ...one.members].some((text) =>
      text.includes(wanted),
    ),
  );
  const failed = meeting.error ?? viewings.error;

  return (
    <main>
      <Link to="/meetings" className="back">
        <ArrowLeftOutlined aria-hidden /> 会议与直播
      </Link>
      <div className="page-head">
        <h1>{meeting.data ? meeting.data.meeting.title : '收看情况'}</h1>
        {meeting.data && <span>{STATE[meeting.data.meeting.state]}</span>}
      </div>
      {failed && <Problem error={failed} retry={viewings.refetch} />}
      {viewings.data && (
        <>
          <div className="figures">
            <Statistic title="能收看的电视" value={viewings.data.terminals} suffix="台" />
            <Statistic title="看满一分钟" value={viewings.data.watched} suffix="台" />
            <Statistic
              title="收看率"
              value={
                viewings.data.terminals > 0
                  ? percent(Math.round((viewings.data.watched / viewings.data.terminals) * 10_000))
                  : '—'
              }
            />
          </div>
          <Input.Search
            className="search"
            placeholder="按组织、电视或姓名查找"
            aria-label="按组织、电视或姓名查找"
            allowClear
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </>
      )}
      <Table<Viewing>
        rowKey="terminal_id"
        size="middle"
        loading={viewings.isPending}
        columns={columns(now)}
        dataSource={shown ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        locale={{
          emptyText: (
            <Empty
              description={wanted ? '没有找到。' : '还没有电视收看。看过一会儿的会出现在这里。'}
            />
          ),
        }}
      />
    </main>
  );
}
