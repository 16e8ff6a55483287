import { EyeInvisibleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router-dom';

import { useDeleteHousehold, useHousehold } from '../../api/households';
import { useMembersOfHousehold } from '../../api/members';
import { useTerminal } from '../../api/terminals';
import type { Household } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { useMay } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { statusWords } from '../../words/evaluations';
import { advice } from '../../words/silence';
import { moment } from '../../words/time';
import { TerminalState } from '../terminals/terminal_state';

interface Props {
  id: string;
  onEdit: (household: Household) => void;
  onClose: () => void;
}

/** A household: who lives there, and its TV. Never what is watched on it. */
export function HouseholdDetail({ id, onEdit, onClose }: Props) {
  const { data: household, error, refetch } = useHousehold(id);
  const may = useMay();
  const confirm = useConfirm();
  const remove = useDeleteHousehold();
  if (!household) {
    return (
      <Drawer open title="户" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const ask = async () => {
    const said = await confirm({
      title: `删去${household.organization.name} ${household.name}？`,
      content: '这一户没有人，可以删。它的电视还在，要另外选户。',
      okText: '删去',
      cancelText: '不删',
      run: () => remove.mutateAsync(household),
    });
    if (said !== null) onClose();
  };
  const empty = household.members.length === 0;
  return (
    <Drawer
      open
      title={`${household.organization.name} ${household.name}`}
      foot={
        may('write_members') && (
          <>
            {empty ? (
              <Button type="text" onClick={() => void ask()}>
                删去…
              </Button>
            ) : (
              <span className="people-quiet">还有人的户不能删</span>
            )}
            <span className="spacer" />
            <Button type="primary" onClick={() => onEdit(household)}>
              修改
            </Button>
          </>
        )
      }
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      <People id={id} empty={empty} />
      <Tv id={household.terminal_id ?? null} />
    </Drawer>
  );
}

function People({ id, empty }: { id: string; empty: boolean }) {
  const members = useMembersOfHousehold(id);
  if (empty) return <p>这一户还没有人。在人员的资料里给他们选这一户。</p>;
  if (members.error) return <Problem error={members.error} retry={members.refetch} />;
  return (
    <table className="household-people">
      <thead>
        <tr>
          <th scope="col">家里人</th>
          <th scope="col">身份</th>
          <th scope="col">电话</th>
          <th scope="col">PIN</th>
        </tr>
      </thead>
      <tbody>
        {(members.data?.items ?? []).map((member) => (
          <tr key={member.id}>
            <td>
              <Link to={`/people?open=${member.id}`}>{member.name}</Link>
            </td>
            <td>
              {statusWords(member.status)}
              {(member.exempt_reason ?? '') !== '' && ' · 免点名'}
            </td>
            <td>{member.phone_masked || '没留'}</td>
            <td className={member.pin_set ? 'household-good' : 'people-missing'}>
              {member.pin_set ? '已设' : '没设'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Tv({ id }: { id: string | null }) {
  const now = useNow(60_000);
  const { data: terminal, error, refetch } = useTerminal(id);
  return (
    <section aria-label="这户的电视">
      <h3 className="household-part">
        这户的电视 {terminal && <TerminalState terminal={terminal} now={now} />}
      </h3>
      {id === null && <p>没有电视。可以在“登记电视”里登记一台，或者在“修改”里选一台空着的。</p>}
      {error && <Problem error={error} retry={refetch} />}
      {terminal && (
        <>
          <Facts
            facts={[
              [
                '名称',
                <Link key="name" to={`/terminals?open=${terminal.id}`}>
                  {terminal.name}
                </Link>,
              ],
              ['登记', moment(terminal.enrolled_at_ms, now)],
              ['最后在线', terminal.seen_at_ms ? moment(terminal.seen_at_ms, now) : ''],
              ['怎么办', advice(terminal, now) ?? ''],
            ]}
          />
          <p className="household-privacy">
            <EyeInvisibleOutlined aria-hidden /> 这家人看什么、看多久，这里不显示。
          </p>
        </>
      )}
    </section>
  );
}
