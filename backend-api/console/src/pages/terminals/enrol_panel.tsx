import './enrol.css';
import { organizationChoice } from '../../kit/organizations/choice';

import { CheckOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Input, Segmented } from 'antd';
import { useState } from 'react';

import { useApprove, useDecline, useWaiting } from '../../api/enrolments';
import { useOrganizations } from '../../api/places';
import { sentence } from '../../api/refusal';
import type { TerminalKind } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Problem } from '../../kit/problem';
import { TreeSelect } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { TERMINAL_KIND, TERMINAL_KIND_IS } from '../../words/silence';
import { MINUTE } from '../../words/time';
import type { Choosing } from './enrol';
import { codeOf, hasTv, lacking, named, NOTHING, read, requestOf, whither } from './enrol';
import { HouseholdChoices } from './household_choices';

const KINDS = Object.keys(TERMINAL_KIND) as TerminalKind[];

/** 新电视等登记: the code is compared first, then it is said where the TV stands and whose it is. */
export function EnrolPanel({ roomy = false }: { roomy?: boolean }) {
  const waiting = useWaiting(true, true);
  const [code, setCode] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<string | null>(null);
  const now = useNow(15_000);
  const all = waiting.data ?? [];
  const chosen = code ?? codeOf(typed);
  const pick = (one: string | null) => {
    setCode(one);
    setTyped('');
    setDone(null);
  };
  return (
    <section className={roomy ? 'enrol card enrol-roomy' : 'enrol card'} aria-label="新电视等登记">
      <header className="enrol-head">
        <h2>新电视等登记</h2>
        <Tag tone="plain">{all.length} 台</Tag>
      </header>
      <div className="enrol-body">
        {done !== null && <Alert type="success" showIcon message={done} />}
        {waiting.error && <Problem error={waiting.error} retry={waiting.refetch} />}
        {all.length > 0 && (
          <ul className="enrol-waiting" aria-label="等着的电视">
            {all.map(({ user_code, hardware, requested_at_ms }) => (
              <li key={user_code}>
                <button
                  type="button"
                  aria-pressed={user_code === chosen}
                  onClick={() => pick(user_code)}
                >
                  <small>登记码</small>
                  <b>{read(user_code)}</b>
                  <small>
                    {ago(now - requested_at_ms)}
                    {hardware !== '' && `，${hardware}`}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        )}
        {all.length === 0 && waiting.data && (
          <p className="enrol-note">现在没有电视在等。打开新电视，屏幕上会有八位登记码。</p>
        )}
        <label className="enrol-label" htmlFor="enrol-code">
          或者照电视上打登记码
        </label>
        <Input
          id="enrol-code"
          inputMode="numeric"
          autoComplete="off"
          maxLength={12}
          placeholder="例如：4827 1639"
          value={typed}
          onChange={({ target }) => {
            setCode(null);
            setDone(null);
            setTyped(target.value);
          }}
        />
        {chosen === null ? (
          typed.trim() !== '' && <p className="enrol-note">登记码是八位数字。</p>
        ) : (
          <Approval
            key={chosen}
            code={chosen}
            onDone={(words) => {
              pick(null);
              setDone(words);
            }}
          />
        )}
      </div>
    </section>
  );
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  return minutes === 0 ? '刚刚' : `${minutes} 分钟前`;
}

/** One TV. What was chosen stays when the server refuses. */
function Approval({ code, onDone }: { code: string; onDone: (words: string) => void }) {
  const [choosing, setChoosing] = useState<Choosing>(NOTHING);
  const organizations = useOrganizations().data ?? [];
  const confirm = useConfirm();
  const approve = useApprove();
  const decline = useDecline();
  const { kind, place, household, later, replaces, name } = choosing;
  const change = (some: Partial<Choosing>) => {
    approve.reset();
    setChoosing({ ...choosing, ...some });
  };
  const lacks = lacking(choosing);
  const request = requestOf(choosing);
  const send = async () => {
    if (request === null) return;
    await approve.mutateAsync({ code, request });
    onDone(`${read(code)} 已登记为“${request.name}”，电视马上能用。`);
  };
  const refuse = async () => {
    const said = await confirm({
      title: `拒绝 ${read(code)}？`,
      content: '不认得的电视才拒绝。它会回到开始的画面，可以重新要一个登记码。',
      okText: '拒绝',
      cancelText: '不拒绝',
      run: () => decline.mutateAsync(code),
    });
    if (said !== null) onDone(`已拒绝 ${read(code)}。`);
  };
  return (
    <>
      <p className="enrol-compare">
        先对一对：电视上显示的也是 <b>{read(code)}</b> 吗？
      </p>
      <span className="enrol-label" id="enrol-kind">
        放在哪里
      </span>
      <Segmented<TerminalKind>
        block
        aria-labelledby="enrol-kind"
        value={kind}
        options={KINDS.map((value) => ({ value, label: TERMINAL_KIND[value] }))}
        onChange={(value) => change({ kind: value, replaces: false })}
      />
      <p className="enrol-note">{TERMINAL_KIND_IS[kind]}</p>
      <label className="enrol-label" htmlFor="enrol-place">
        哪个村（单位）
      </label>
      <TreeSelect
        id="enrol-place"
        placeholder="打村名查找"
        {...organizationChoice(organizations)}
        value={place?.code ?? null}
        onChange={(value: string | null) => {
          const found = organizations.find((one) => one.code === value);
          change({ place: found ?? null, household: null, replaces: false });
        }}
      />
      {kind === 'household' && place !== null && (
        <HouseholdChoices
          place={place}
          value={household}
          later={later}
          onChange={(one) => change({ household: one, later: false, replaces: false })}
          onLater={() => change({ household: null, later: true, replaces: false })}
        />
      )}
      {kind === 'household' && household !== null && hasTv(household) && (
        <Checkbox
          checked={replaces}
          onChange={({ target }) => change({ replaces: target.checked })}
        >
          {household.terminal
            ? `换掉旧的“${household.terminal.name}”：旧电视上就不能再签到`
            : '换掉已经登记、还没开通的那一台'}
        </Checkbox>
      )}
      {kind === 'household' && later && (
        <Alert
          type="warning"
          showIcon
          message="没有户，家里人不能在这台电视上签到。以后在“所有电视”里给它选户。"
        />
      )}
      <label className="enrol-label" htmlFor="enrol-name">
        电视的名称
      </label>
      <Input
        id="enrol-name"
        maxLength={40}
        placeholder={named(choosing) || '例如：石桥村 3 号'}
        value={name}
        onChange={({ target }) => change({ name: target.value })}
      />
      {approve.error && <Alert type="error" showIcon message={sentence(approve.error)} />}
      <div className="enrol-acts">
        {lacks !== null && <p className="enrol-note">{lacks}。</p>}
        <Button
          type="primary"
          size="large"
          block
          icon={<CheckOutlined aria-hidden />}
          disabled={request === null}
          loading={approve.isPending}
          onClick={() => void send().catch(() => undefined)}
        >
          {request === null ? '同意登记' : `登记到 ${whither(choosing)}`}
        </Button>
        <Button type="text" block onClick={() => void refuse()}>
          不认得这台，拒绝…
        </Button>
      </div>
    </>
  );
}
