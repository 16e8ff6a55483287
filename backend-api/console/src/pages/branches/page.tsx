import { PlusOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useBranches } from '../../api/branches';
import type { StaffBranch } from '../../api/types';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { byCursor } from '../../kit/collection/pages';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';
import { BranchDetail } from './detail';
import { BranchForm } from './form';

function columns(now: number, open: (code: string) => void): ColumnsType<StaffBranch> {
  return [
    {
      title: '单位',
      dataIndex: ['organization', 'name'],
      render: (name: string, { organization_code: code }) => (
        <Button type="link" onClick={() => open(code)}>
          {name}
        </Button>
      ),
    },
    { title: '书记', dataIndex: ['draft', 'secretary'], render: (name: string) => name || '—' },
    { title: '办公电话', dataIndex: ['draft', 'telephone'], render: (text: string) => text || '—' },
    { title: '党员', dataIndex: 'members', align: 'right', render: (n: number) => `${n} 名` },
    { title: '发布', dataIndex: 'published_at_ms', render: (ms: number) => moment(ms, now) },
  ];
}

/** Pages of organizations: who leads them, how they are reached, what they are. */
export function BranchesPage() {
  const may = useMay()('publish');
  const now = useNow(60_000);
  const { cursor, page, forward, backward } = useAddress({});
  const [opened, open] = useInAddress('open');
  /** What the form is open for: a page, a new one, or nothing. */
  const [editing, setEditing] = useState<StaffBranch | 'new' | null>(null);
  const branches = useBranches(cursor);
  const rows = branches.data?.items ?? [];
  return (
    <Page title="发布" tab="支部主页" note="电视上每个支部的介绍、书记、电话和党员人数。">
      <Collection
        query={branches}
        rows={rows}
        rowKey={(one) => one.id}
        filters={
          may && (
            <>
              <span className="spacer" />
              <Button
                type="primary"
                icon={<PlusOutlined aria-hidden />}
                onClick={() => setEditing('new')}
              >
                新建支部主页
              </Button>
            </>
          )
        }
        empty={
          may
            ? '还没有支部主页。点“新建支部主页”，写第一个。'
            : '还没有支部主页。有了以后会出现在这里。'
        }
        pager={byCursor({ page, shown: rows.length, next: branches.data?.next, forward, backward })}
      >
        {(shown) => (
          <Table<StaffBranch>
            rowKey="id"
            size="middle"
            columns={columns(now, open)}
            dataSource={shown}
            pagination={false}
          />
        )}
      </Collection>
      {opened !== null && editing === null && (
        <BranchDetail
          key={opened}
          code={opened}
          may={may}
          onEdit={setEditing}
          onClose={() => open(null)}
        />
      )}
      {editing !== null && (
        <BranchForm
          branch={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}
