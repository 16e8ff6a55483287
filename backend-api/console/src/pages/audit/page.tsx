import './audit.css';

import { Table, Typography } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { useAudit, useAuditHead } from '../../api/audit';
import type { AuditEntry } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { Page } from '../../kit/page/page';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';
import { beside, deed, who } from './words';

const FILTERS = {
  action: [
    '',
    'session.refused',
    'session.open',
    'member.reveal',
    'member.reveal_many',
    'keys.rotate',
  ],
} as const;

type Shown = (typeof FILTERS)['action'][number];

const CHOICES = FILTERS.action.map((value: Shown) => ({
  value,
  label: value === '' ? '全部' : deed(value),
}));

function columns(now: number): ColumnsType<AuditEntry> {
  return [
    { title: '序号', dataIndex: 'seq', align: 'right' },
    { title: '时间', dataIndex: 'at_ms', render: (ms: number) => moment(ms, now) },
    { title: '谁', dataIndex: 'actor', render: who },
    { title: '做了什么', dataIndex: 'action', render: deed },
    {
      title: '说明',
      dataIndex: 'detail',
      render: (detail: string, { action }) => beside(action, detail) || '—',
    },
  ];
}

/** Who did what, and the end of the log, which somebody should keep elsewhere. */
export function AuditPage() {
  const now = useNow(60_000);
  const { filters, set, clear, cursor, page, forward, backward } = useAddress(FILTERS);
  const entries = useAudit(cursor, filters.action);
  const head = useAuditHead().data;
  const rows = entries.data?.items ?? [];
  const next = entries.data?.next;
  return (
    <Page title="账号与记录" tab="记录" note="谁在什么时候做了什么。只能看，不能改。">
      {head && head.seq > 0 && (
        <div className="audit-head card">
          <b>日志末尾</b>
          <Typography.Text code copyable={{ tooltips: ['复制', '已复制'] }}>
            {head.text}
          </Typography.Text>
          <span>
            每月抄一次，存在别处。以后用命令 backend-api audit verify --head
            核对，谁改过、删过都能查出来。
          </span>
        </div>
      )}
      <Collection
        query={entries}
        rows={rows}
        rowKey={(one) => String(one.seq)}
        filters={
          <FilterChoice
            label="做了什么"
            value={filters.action}
            choices={CHOICES}
            onChange={(action) => set({ action })}
          />
        }
        empty="还没有记录。"
        onClear={isFiltered(filters, FILTERS, ['action']) ? clear : undefined}
        pager={byCursor({
          page,
          shown: rows.length,
          next: next === undefined || next === null ? undefined : String(next),
          forward,
          backward,
        })}
      >
        {(shown) => (
          <Table<AuditEntry>
            rowKey="seq"
            size="middle"
            columns={columns(now)}
            dataSource={shown}
            pagination={false}
          />
        )}
      </Collection>
    </Page>
  );
}
