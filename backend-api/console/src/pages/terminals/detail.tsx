import { EyeInvisibleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router-dom';

import { useHouseholdOfTv } from '../../api/households';
import { useRevokeTerminal, useTerminal } from '../../api/terminals';
import type { Terminal } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { useMay } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { advice, STORAGE_FAULT, storageFault, TERMINAL_KIND_IS } from '../../words/silence';
import { moment } from '../../words/time';
import { Remote } from './remote';
import { TerminalState } from './terminal_state';

interface Props {
  id: string;
  onEdit: (terminal: Terminal) => void;
  onClose: () => void;
}

/** A TV: where it stands, whose it is, why it is silent. Never what is watched on it. */
export function TerminalDetail({ id, onEdit, onClose }: Props) {
  const { data: terminal, error, refetch } = useTerminal(id);
  const may = useMay();
  const confirm = useConfirm();
  const revoke = useRevokeTerminal();
  const now = useNow(30_000);
  if (!terminal) {
    return (
      <Drawer open title="电视" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const revoked = (terminal.revoked_at_ms ?? null) !== null;
  const ask = async () => {
    const first = await confirm({
      title: `停用“${terminal.name}”？`,
      content:
        '丢了、坏了、搬走了的电视才停用。它马上回到登记的画面，家里人不能再用它签到；要再用，得重新登记。',
      okText: '下一步…',
      cancelText: '不停用',
    });
    if (first === null) return;
    await confirm({
      title: '第二步：确认停用',
      content: `停用的是：${terminal.organization.name}的“${terminal.name}”。谁停用的会留在记录里。`,
      okText: '停用',
      cancelText: '不停用',
      run: () => revoke.mutateAsync(terminal.id),
    });
  };
  return (
    <Drawer
      open
      title={
        <>
          {terminal.name}
          <TerminalState terminal={terminal} now={now} />
        </>
      }
      foot={
        !revoked &&
        (may('revoke') || may('admit')) && (
          <>
            {may('revoke') && (
              <Button type="text" onClick={() => void ask()}>
                停用…
              </Button>
            )}
            <span className="spacer" />
            {may('admit') && (
              <Button type="primary" onClick={() => onEdit(terminal)}>
                修改
              </Button>
            )}
          </>
        )
      }
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      <Facts
        facts={[
          ['放在哪里', TERMINAL_KIND_IS[terminal.kind]],
          ['单位', terminal.organization.name],
          ['哪一户', terminal.kind === 'household' ? <Whose terminal={terminal} /> : ''],
          ['登记', moment(terminal.enrolled_at_ms, now)],
          ['最后在线', terminal.seen_at_ms ? moment(terminal.seen_at_ms, now) : '从来没有'],
          ['存储', storageWords(terminal)],
          ['停用', terminal.revoked_at_ms ? moment(terminal.revoked_at_ms, now) : ''],
          ['怎么办', advice(terminal, now) ?? ''],
        ]}
      />
      {!revoked && <Remote terminal={terminal} may={may('admit')} now={now} />}
      {terminal.kind === 'household' && (
        <p className="household-privacy">
          <EyeInvisibleOutlined aria-hidden /> 这家人看什么、看多久，这里不显示。
        </p>
      )}
    </Drawer>
  );
}

/** As the TV itself says it. */
function storageWords(terminal: Terminal): string {
  const fault = storageFault(terminal);
  if (fault !== null) return `${STORAGE_FAULT[fault]}（电视自己报告的）`;
  return terminal.storage === 'disk' ? '正常' : '电视还没有报告';
}

function Whose({ terminal }: { terminal: Terminal }) {
  const may = useMay()('read_members');
  const household = useHouseholdOfTv(terminal.id, may);
  if (!may) return <>您的账号看不到户</>;
  if (household.error) return <Problem error={household.error} retry={household.refetch} />;
  if (household.data === undefined) return <span role="status">正在找</span>;
  if (household.data === null) return <>还没有户，家里人不能在这台电视上签到</>;
  const { id, name, organization, members } = household.data;
  return (
    <>
      <Link to={`/people/households?open=${id}`}>
        {organization.name} {name}
      </Link>
      {members.length > 0 && `：${members.map((one) => one.name).join('、')}`}
    </>
  );
}
