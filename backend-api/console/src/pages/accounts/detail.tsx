import { EditOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useState } from 'react';

import { useAccount, useAccountDeed, useEndSessions, useHands } from '../../api/accounts';
import { useMe } from '../../api/session';
import type { StaffAccount, StaffSession } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';
import { kindWords } from './closing';
import { ClosingDialog } from './closing_dialog';
import { AccountForm } from './form';
import type { Once } from './once';
import { newPassword } from './password';
import { grantable, ROLE } from './rights';
import { RightsTable, Sentence } from './sentence';

interface Props {
  id: string;
  sessions: ReadonlyMap<string, StaffSession[]>;
  onPassword: (once: Once) => void;
  onClose: () => void;
}

/** One account: its right as a sentence and a table, and what may be done to it. */
export function AccountDetail({ id, sessions, onPassword, onClose }: Props) {
  const found = useAccount(id);
  const [editing, setEditing] = useState(false);
  const account = found.data;
  if (account && editing) {
    return <AccountForm account={account} onClose={() => setEditing(false)} />;
  }
  return (
    <Drawer
      open
      title={account?.login ?? '账号'}
      foot={
        account && (
          <Acts
            account={account}
            sessions={sessions.get(account.login) ?? []}
            onPassword={onPassword}
          />
        )
      }
      onClose={onClose}
    >
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {account && (
        <Content
          account={account}
          sessions={sessions.get(account.login) ?? []}
          onEdit={() => setEditing(true)}
        />
      )}
    </Drawer>
  );
}

interface ContentProps {
  account: StaffAccount;
  sessions: readonly StaffSession[];
  onEdit: () => void;
}

function Content({ account, sessions, onEdit }: ContentProps) {
  const now = useNow(60_000);
  const me = useMe().data;
  const { login, role, organization, totp, disabled_at_ms: closed } = account;
  const changes = me?.login !== login && grantable(me?.role).includes(role) && closed == null;
  return (
    <>
      {closed != null && (
        <Alert type="warning" showIcon message={`${moment(closed, now)} 停用了，不能登录。`} />
      )}
      <div className="account-head">
        <span>
          {organization.name} · {ROLE[role]}
        </span>
        {changes && (
          <Button icon={<EditOutlined aria-hidden />} onClick={onEdit}>
            改权限
          </Button>
        )}
      </div>
      <Sentence role={role} place={organization.name} />
      <RightsTable role={role} place={organization.name} />
      <Facts
        facts={[
          [
            '第二步验证',
            <Tag key="totp" tone={totp ? 'done' : 'due'}>
              {totp ? '已开' : '没开'}
            </Tag>,
          ],
          ['什么时候开的', moment(account.created_at_ms, now)],
          ['手上没办完的', <Hands key="hands" id={account.id} />],
          [
            '正登录着',
            sessions.length === 0
              ? '没有'
              : sessions
                  .map(
                    ({ created_at_ms, address }) =>
                      `${moment(created_at_ms, now)} 起${address ? `，从 ${address}` : ''}`,
                  )
                  .join('\n'),
          ],
        ]}
      />
    </>
  );
}

/** What it has in hand that is not finished, also what was handed over to it. */
function Hands({ id }: { id: string }) {
  const { data, error } = useHands(id, undefined);
  if (error) return '看不到';
  if (!data) return '正在读取';
  const words = data.items.map(({ kind, title }) => `${kindWords(kind)}：${title}`);
  return words.length === 0 ? '没有' : words.join('\n');
}

interface ActsProps {
  account: StaffAccount;
  sessions: readonly StaffSession[];
  onPassword: (once: Once) => void;
}

function Acts({ account, sessions, onPassword }: ActsProps) {
  const me = useMe().data;
  const confirm = useConfirm();
  const act = useAccountDeed(account.id);
  const end = useEndSessions();
  const [closing, setClosing] = useState(false);
  const { login, totp } = account;
  if (me?.login === login) {
    return <span>这是您自己的账号：密码和第二步验证在“我的账号”里改。</span>;
  }
  if (!grantable(me?.role).includes(account.role)) {
    return <span>它的权限比您的大，要请平台管理员来改。</span>;
  }
  const leaves =
    sessions.length > 0 ? `现在登录着的 ${sessions.length} 处马上退出。` : '现在没有登录着。';
  if (account.disabled_at_ms != null) {
    const enable = () =>
      confirm({
        title: `恢复使用 ${login}？`,
        content: '密码和权限都和停用前一样。忘了密码再给一个新的。',
        okText: '恢复使用',
        cancelText: '不恢复',
        run: () => act.mutateAsync({ deed: 'enable' }),
      });
    return (
      <>
        <span className="spacer" />
        <Button type="primary" onClick={() => void enable()}>
          恢复使用
        </Button>
      </>
    );
  }
  const password = () =>
    confirm({
      title: `给 ${login} 换一个密码？`,
      content: `系统给一个新的，只显示一次；原来的马上不能用，锁住了的也解开。${leaves}`,
      okText: '换密码',
      cancelText: '不换',
      run: async () => {
        const drawn = newPassword();
        await act.mutateAsync({ deed: 'password', password: drawn });
        onPassword({ login, password: drawn, isNew: false });
      },
    });
  const takeSecondFactor = () =>
    confirm({
      title: `去掉 ${login} 的第二步验证？`,
      content: `手机丢了、换了才用。剩下的备用码一起作废，${leaves}管理员的账号下次登录要马上重新设置。`,
      okText: '去掉',
      cancelText: '不去掉',
      run: () => act.mutateAsync({ deed: 'totp' }),
    });
  const signOut = () =>
    confirm({
      title: `让 ${login} 退出？`,
      content: `${leaves}再用要重新输密码。`,
      okText: '退出',
      cancelText: '不退出',
      run: () => end.mutateAsync(sessions.map(({ id }) => id)),
    });
  return (
    <div className="account-acts">
      <Button onClick={() => setClosing(true)}>停用…</Button>
      <Button onClick={() => void password()}>换密码…</Button>
      {totp && <Button onClick={() => void takeSecondFactor()}>去掉第二步验证…</Button>}
      {sessions.length > 0 && <Button onClick={() => void signOut()}>退出登录…</Button>}
      {closing && (
        <ClosingDialog account={account} leaves={leaves} onClose={() => setClosing(false)} />
      )}
    </div>
  );
}
