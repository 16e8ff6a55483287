import './viewings.css';

import { Statistic, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useParams } from 'react-router-dom';

import { useMeeting, useViewings } from '../../api/meetings';
import type { Viewing } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { byNumber } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { useNow } from '../../kit/use_now';
import { percent, STATE } from '../../words/states';
import { length, moment } from '../../words/time';
import type { ViewingFilters } from './order';
import { FILTERS, listed } from './order';

const PAGE = 50;

/** `sorter` only asks for another order: the whole list is sorted, not the page of it. */
function columns(now: number, { by, order }: ViewingFilters, named: boolean): ColumnsType<Viewing> {
  const sorted = (key: ViewingFilters['by']) => ({
    key,
    sorter: true,
    sortOrder: by === key ? order : null,
  });
  return [
    { title: '所在组织', dataIndex: ['organization', 'name'], ...sorted('organization') },
    { title: '电视', dataIndex: 'terminal_name', ...sorted('terminal') },
    ...(named
      ? [
          {
            title: '登录的党员',
            dataIndex: 'members',
            render: (members: string[]) => (members.length > 0 ? members.join('、') : '没有登录'),
          },
        ]
      : []),
    {
      title: '看了多久',
      dataIndex: 'watched_ms',
      align: 'right',
      render: (ms: number) => length(ms),
      ...sorted('watched'),
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
  const { filters, set, clear, number, toNumber } = useAddress(FILTERS);
  const found = listed(viewings.data?.viewings ?? [], filters);
  const { rows, pager } = byNumber(found, number, PAGE, toNumber);
  const title = meeting.data?.meeting.title;
  // The server keeps the names from whoever may not see members: nothing is said of them then.
  const named = useMay()('read_members');

  return (
    <Page
      title={title ?? '收看情况'}
      tab={title === undefined ? '收看情况' : `收看情况：${title}`}
      note={meeting.data && `收看情况 · ${STATE[meeting.data.meeting.state]}`}
      up={{ to: '/meetings', title: '会议与直播' }}
    >
      {viewings.data && (
        <div className="figures card">
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
      )}
      <Collection
        query={{ ...viewings, error: meeting.error ?? viewings.error }}
        rows={rows}
        rowKey={(one) => one.terminal_id}
        filters={
          <SearchBox
            label={named ? '按组织、电视或姓名查找' : '按组织或电视查找'}
            value={filters.q}
            onChange={(q) => set({ q }, true)}
          />
        }
        empty="还没有电视收看。看过一会儿的会出现在这里。"
        onClear={isFiltered(filters, FILTERS, ['q']) ? clear : undefined}
        pager={pager}
      >
        {(shown) => (
          <Table<Viewing>
            rowKey="terminal_id"
            size="middle"
            columns={columns(now, filters, named)}
            dataSource={shown}
            pagination={false}
            onChange={(_pages, _filters, sorter) => {
              const [first] = [sorter].flat();
              const by = (first?.order ? first.columnKey : 'place') as ViewingFilters['by'];
              set({ by, order: first?.order ?? 'ascend' });
            }}
          />
        )}
      </Collection>
    </Page>
  );
}
