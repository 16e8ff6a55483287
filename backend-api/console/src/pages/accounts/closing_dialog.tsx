import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';

import { useAccountDeed, useAccounts, useHands } from '../../api/accounts';
import type { StaffAccount } from '../../api/types';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { useSettled } from '../../kit/use_settled';
import type { Successor } from './closing';
import { kindWords, leftWords, requestWords, successors } from './closing';

interface Props {
  account: StaffAccount;
  /** What becomes of where it is signed in. */
  leaves: string;
  onClose: () => void;
}

/** Closes an account; what it has in hand may go to another one in the same step. */
export function ClosingDialog({ account, leaves, onClose }: Props) {
  const [chosen, setChosen] = useState<Successor>();
  const to = chosen?.value;
  const [typed, setTyped] = useState('');
  const accounts = useAccounts({ name: useSettled(typed).trim(), only: 'open' });
  const found = successors(accounts.data?.items ?? [], account);
  // What is looked for next need not find who was chosen.
  const options =
    chosen === undefined || found.some(({ value }) => value === to) ? found : [chosen, ...found];
  const hands = useHands(account.id, to);
  const act = useAccountDeed(account.id);
  const { login, organization } = account;
  const items = hands.data?.items ?? [];
  const fitting = items.filter(({ fits }) => fits === true).length;
  const requests = hands.data && requestWords(hands.data, organization.name);
  const left = hands.data && to !== undefined && leftWords(hands.data);
  // This is gone as soon as the account is closed, and with it what a mutation calls back; what went wrong is shown.
  const close = (what: Parameters<typeof act.mutate>[0]) =>
    void act.mutateAsync(what).then(onClose, () => undefined);
  return (
    <Modal
      open
      title={`停用 ${login}？`}
      onCancel={onClose}
      maskClosable={!act.isPending}
      footer={
        <>
          <Button disabled={act.isPending} onClick={onClose}>
            不停用
          </Button>
          <Button
            loading={act.isPending}
            disabled={!hands.data}
            type={items.length === 0 ? 'primary' : 'default'}
            onClick={() => close({ deed: 'disable' })}
          >
            {items.length === 0 ? '停用' : '不交接，停用'}
          </Button>
          {items.length > 0 && (
            <Button
              type="primary"
              loading={act.isPending}
              disabled={to === undefined || !hands.data || fitting === 0}
              onClick={() => to !== undefined && close({ deed: 'hand over', to })}
            >
              {fitting > 0 ? `交接 ${fitting} 件，停用` : '交接，停用'}
            </Button>
          )}
        </>
      }
    >
      <p>{leaves}以后不能再登录；做过的事都还在记录里，以后可以恢复使用。</p>
      {hands.error && <Problem error={hands.error} retry={hands.refetch} />}
      {!hands.data && !hands.error && <p role="status">正在看手上还有什么</p>}
      {requests && <Alert className="account-closing" type="warning" showIcon message={requests} />}
      {items.length > 0 && (
        <>
          <p>
            手上还有 {items.length} 件没办完。选一个人接着办：交接和停用一起做，每一件都有记录。
          </p>
          <Select<string>
            className="account-closing"
            aria-label="交给谁"
            placeholder="交给谁"
            showSearch
            allowClear
            filterOption={false}
            onSearch={setTyped}
            loading={accounts.isFetching}
            notFoundContent={accounts.isFetching ? '正在查找' : '没有找到这个账号'}
            value={to ?? null}
            options={options}
            onChange={(value: string | undefined) =>
              setChosen(options.find((one) => one.value === value))
            }
          />
          {left && <Alert className="account-closing" type="warning" showIcon message={left} />}
          <ul className="account-hands">
            {items.map(({ kind, id, title, organization: of, fits }) => (
              <li key={`${kind} ${id}`}>
                <span className="published">{title}</span>
                <small>
                  {kindWords(kind)} · {of.name}
                </small>
                {fits != null && (
                  <Tag tone={fits ? 'done' : 'due'}>{fits ? '能交接' : '交不过去'}</Tag>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {act.error && <Problem error={act.error} />}
    </Modal>
  );
}
