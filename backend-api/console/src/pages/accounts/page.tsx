import './accounts.css';

import { PlusOutlined, WarningFilled } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useAccounts, useSessions, useWithoutSecondFactor } from '../../api/accounts';
import type { StaffAccount, StaffSession } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { moment } from '../../words/time';
import { AccountDetail } from './detail';
import { AccountForm } from './form';
import { signedIn } from './listing';
import type { Once } from './once';
import { OncePassword } from './once';
import { ROLE, ROLES } from './rights';

const FILTERS = {
  q: 'text',
  role: ['', ...ROLES],
  state: ['open', 'without_second_factor', 'closed'],
} as const;

const ROLE_CHOICES = [
  { value: '' as const, label: '全部' },
  ...ROLES.map((value) => ({ value, label: ROLE[value] })),
];
const STATES = [
  { value: 'open' as const, label: '在用的' },
  { value: 'without_second_factor' as const, label: '没开第二步验证的' },
  { value: 'closed' as const, label: '停用的' },
];

const EMPTY = {
  open: '还没有账号。',
  without_second_factor: '在用的账号都开了第二步验证。',
  closed: '没有停用的账号。',
} as const;

function columns(
  now: number,
  sessions: ReadonlyMap<string, StaffSession[]>,
): ColumnsType<StaffAccount> {
  return [
    {
      title: '谁',
      // A click on it is one on its row.
      render: (_, { login }) => (
        <Button type="link" className="account-who">
          <span className="initial" aria-hidden>
            {login.charAt(0).toUpperCase()}
          </span>
          {login}
        </Button>
      ),
    },
    { title: '角色', render: (_, { role }) => <Tag tone="plain">{ROLE[role]}</Tag> },
    { title: '管到哪里', render: (_, { organization }) => `${organization.name}和它下面` },
    {
      title: '第二步验证',
      render: (_, { totp }) => <Tag tone={totp ? 'done' : 'due'}>{totp ? '已开' : '没开'}</Tag>,
    },
    {
      title: '正登录着',
      render: (_, { login }) => {
        const [latest, ...others] = sessions.get(login) ?? [];
        if (latest === undefined) return '没有';
        return `${moment(latest.created_at_ms, now)} 起${others.length > 0 ? `，共 ${others.length + 1} 处` : ''}`;
      },
    },
  ];
}

/** Accounts of the own subtree: who, with which role, how far. */
export function AccountsPage() {
  const now = useNow(60_000);
  const { filters, set, clear, cursor, page, forward, backward } = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  const [making, setMaking] = useState(false);
  const [once, setOnce] = useState<Once | null>(null);
  const name = useSettled(filters.q).trim();
  const accounts = useAccounts(
    { name, role: filters.role === '' ? undefined : filters.role, only: filters.state },
    cursor,
  );
  const sessions = signedIn(useSessions(true).data ?? []);
  const rows = accounts.data?.items ?? [];
  const unsafe = useWithoutSecondFactor();
  return (
    <Page title="账号与记录" tab="账号">
      <Collection
        query={accounts}
        rows={rows}
        rowKey={({ id }) => id}
        filters={
          <>
            <SearchBox label="账号、单位" value={filters.q} onChange={(q) => set({ q }, true)} />
            <FilterChoice
              label="角色"
              value={filters.role}
              choices={ROLE_CHOICES}
              onChange={(role) => set({ role })}
            />
            <PartChoice
              label="在不在用"
              value={filters.state}
              choices={STATES}
              onChange={(state) => set({ state })}
            />
            <span className="spacer" />
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => setMaking(true)}
            >
              开一个账号
            </Button>
          </>
        }
        empty={EMPTY[filters.state]}
        onClear={isFiltered(filters, FILTERS, ['q', 'role']) ? clear : undefined}
        pager={byCursor({
          page,
          shown: rows.length,
          next: accounts.data?.next,
          forward,
          backward,
        })}
      >
        {(visible) => (
          <Table<StaffAccount>
            rowKey="id"
            size="middle"
            columns={columns(now, sessions)}
            dataSource={[...visible]}
            pagination={false}
            rowClassName={({ id }) => (id === opened ? 'account-row account-open' : 'account-row')}
            onRow={({ id }) => ({ onClick: () => open(id) })}
          />
        )}
      </Collection>
      {unsafe.count > 0 && (
        <p className="account-warning">
          <WarningFilled aria-hidden /> {unsafe.count} {unsafe.more ? '个以上的账号' : '个账号'}
          没开第二步验证：别人知道了密码就能登录。
        </p>
      )}
      {opened !== null && (
        <AccountDetail
          key={opened}
          id={opened}
          sessions={sessions}
          onPassword={setOnce}
          onClose={() => open(null)}
        />
      )}
      {making && <AccountForm onMade={setOnce} onClose={() => setMaking(false)} />}
      {once && <OncePassword once={once} onClose={() => setOnce(null)} />}
    </Page>
  );
}
