import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useHousehold } from '../../api/households';
import { useMember, useTransfers } from '../../api/members';
import { useTerminal } from '../../api/terminals';
import type { Member } from '../../api/types';
import { useMay } from '../../kit/may/use_may';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { statusWords } from '../../words/evaluations';
import { moment } from '../../words/time';
import { TerminalState } from '../terminals/terminal_state';
import type { Issued } from './acts';
import { useMemberActs } from './acts';
import { Numbers } from './numbers';
import { MemberTags } from './tags';
import { TransferForm } from './transfer_form';

interface Props {
  id: string;
  onEdit: (member: Member) => void;
  onIssued: (issued: Issued[]) => void;
  onClose: () => void;
}

/** Somebody as they are registered, beside the list; what can be done stands where it belongs. */
export function MemberDetail({ id, onEdit, onIssued, onClose }: Props) {
  const { data: member, error, refetch } = useMember(id);
  const may = useMay();
  const acts = useMemberActs();
  const [moving, setMoving] = useState(false);
  const now = useNow(60_000);
  if (!member) {
    return (
      <Drawer open title="人员" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const left = (member.left_at_ms ?? null) !== null;
  const writes = may('write_members');
  return (
    <Drawer
      open
      title={
        <>
          {member.name}
          <MemberTags member={member} />
        </>
      }
      foot={
        writes && (
          <>
            {left ? (
              <>
                {may('purge') && (
                  <Button
                    type="text"
                    onClick={() => void acts.purge(member).then((done) => done && onClose())}
                  >
                    清除个人信息…
                  </Button>
                )}
                <span className="spacer" />
                <Button type="primary" onClick={() => void acts.comeBack(member)}>
                  恢复…
                </Button>
              </>
            ) : (
              <>
                <Button type="text" onClick={() => void acts.leave(member)}>
                  登记离开…
                </Button>
                <span className="spacer" />
                <Button type="primary" onClick={() => onEdit(member)}>
                  修改
                </Button>
              </>
            )}
          </>
        )
      }
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      <Facts
        facts={[
          ['身份', statusWords(member.status)],
          [
            '单位',
            <span key="place" className="member-line">
              {member.organization.name}
              {writes && !left && (
                <Button type="link" onClick={() => setMoving(true)}>
                  转到别的单位…
                </Button>
              )}
            </span>,
          ],
          ['户', <Home key="home" member={member} now={now} />],
          [
            '出生',
            member.born_on
              ? `${member.born_on}${member.sex ? `，${member.sex === 'male' ? '男' : '女'}` : ''}`
              : '',
          ],
          ['入党', member.joined_on ?? ''],
          ['免点名', member.exempt_reason ?? ''],
          [
            'PIN',
            <span key="pin" className="member-line">
              {member.pin_set ? '已设' : '没设，在电视上还不能签到'}
              {writes && !left && (
                <Button type="link" onClick={() => void acts.newPins([member], onIssued)}>
                  重设 PIN…
                </Button>
              )}
            </span>,
          ],
        ]}
      />
      <Numbers key={member.version} member={member} may={may('reveal')} />
      <Moves id={id} now={now} />
      <p className="people-quiet">
        {moment(member.updated_at_ms, now)}
        {member.updated_by ? `由 ${member.updated_by} ` : ''}改过。
        {left && `${moment(member.left_at_ms ?? 0, now)}登记离开。`}
      </p>
      {moving && <TransferForm members={[member]} onDone={() => setMoving(false)} />}
    </Drawer>
  );
}

/** Their household, and how its TV is. */
function Home({ member, now }: { member: Member; now: number }) {
  const id = member.household?.id ?? null;
  const household = useHousehold(id).data;
  const terminal = useTerminal(household?.terminal_id ?? null).data;
  if (member.household == null) return <>没有选户</>;
  return (
    <span className="member-line">
      <Link to={`/people/households?open=${member.household.id}`}>{member.household.name}</Link>
      {household && (household.terminal_id ?? null) === null && <span>户里没有电视</span>}
      {terminal && <TerminalState terminal={terminal} now={now} />}
    </span>
  );
}

/** Where they came from; asked for when it is opened, since that is kept in the records. */
function Moves({ id, now }: { id: string; now: number }) {
  const [wanted, setWanted] = useState(false);
  const transfers = useTransfers(id, wanted);
  if (!wanted) {
    return (
      <p className="member-line">
        <Button onClick={() => setWanted(true)}>看转接记录</Button>
      </p>
    );
  }
  if (transfers.error) return <Problem error={transfers.error} retry={transfers.refetch} />;
  if (!transfers.data) return <p role="status">正在读取</p>;
  if (transfers.data.length === 0) return <p>没有转接过。</p>;
  return (
    <ul className="member-moves" aria-label="转接记录">
      {transfers.data.map(({ from, to, at_ms, by, reason }) => (
        <li key={at_ms}>
          {moment(at_ms, now)}：{from.name} 转到 {to.name}，{reason}（{by}）
        </li>
      ))}
    </ul>
  );
}
