import './accounts.css';

import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { useEndSessions, useSessions } from '../../api/accounts';
import type { StaffSession } from '../../api/types';
import { Collection } from '../../kit/collection/collection';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';

/** Where people are signed in: everybody's of the own subtree for those who manage accounts, else one's own. */
export function SessionsPage() {
  const everybody = useMay()('accounts');
  const now = useNow(60_000);
  const sessions = useSessions(everybody);
  const confirm = useConfirm();
  const end = useEndSessions();
  const ask = ({ id, login, address }: StaffSession) =>
    confirm({
      title: '退出这一处？',
      content: `${login}${address ? `，从 ${address} 登录的` : ''}，马上退出；再用要重新输密码。`,
      okText: '退出',
      cancelText: '不退出',
      run: () => end.mutateAsync([id]),
    });
  const columns: ColumnsType<StaffSession> = [
    { title: '账号', dataIndex: 'login' },
    { title: '什么时候登录的', render: (_, one) => moment(one.created_at_ms, now) },
    { title: '从哪里', render: (_, { address }) => address ?? '—' },
    { title: '到什么时候', render: (_, one) => moment(one.expires_at_ms, now) },
    {
      title: '',
      align: 'right',
      render: (_, one) =>
        one.current ? (
          <Tag tone="done">就是这里</Tag>
        ) : (
          <Button aria-label={`退出${one.login}的一处`} onClick={() => void ask(one)}>
            退出…
          </Button>
        ),
    },
  ];
  const rows = sessions.data ?? [];
  return (
    <Page
      title="账号与记录"
      tab="登录着的电脑"
      note={everybody ? '没有退出的登录。不认识的，请退出并换密码。' : '您没有退出的登录。'}
    >
      <Collection query={sessions} rows={rows} rowKey={({ id }) => id} empty="没有登录着的。">
        {(shown) => (
          <Table<StaffSession>
            rowKey="id"
            size="middle"
            columns={columns}
            dataSource={[...shown]}
            pagination={shown.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          />
        )}
      </Collection>
    </Page>
  );
}
