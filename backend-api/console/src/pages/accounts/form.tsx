import { Alert, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { accountNow, useChangeAccount, useCreateAccount } from '../../api/accounts';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { Organization, Role, StaffAccount } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { TreeSelect } from '../../kit/select';
import type { Once } from './once';
import { newPassword } from './password';
import { grantable, MEANT, ROLE } from './rights';
import { Sentence } from './sentence';

interface Fields {
  login: string;
  role: Role;
  organization_code: string;
}

const LABELS: Labels<Fields> = { login: '账号', role: '角色', organization_code: '管到哪里' };

interface Props {
  /** The account to change; left out: a new one. */
  account?: StaffAccount;
  onMade?: (once: Once) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function AccountForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  const { error, refetch } = organizations;
  return <FormWaiting title="账号" error={error} retry={refetch} onClose={props.onClose} />;
}

function Dialog({
  account,
  onMade,
  onClose,
  organizations,
}: Props & { organizations: Organization[] }) {
  const me = useMe().data;
  const create = useCreateAccount();
  const change = useChangeAccount();
  const codeOf = (id: string) => organizations.find((one) => one.id === id)?.code;
  const nameOf = (code: unknown) => organizations.find((one) => one.code === code)?.name;
  const standing = ({ login, role, organization, version }: StaffAccount): Standing<Fields> => {
    const code = codeOf(organization.id);
    return {
      values: { login, role, ...(code === undefined ? {} : { organization_code: code }) },
      version,
    };
  };
  const [first] = useState((): Standing<Fields> => (account ? standing(account) : { values: {} }));
  const [chosen, setChosen] = useState<Partial<Fields>>(first.values);
  const write = async ({ login, role, organization_code }: Fields, version: number | undefined) => {
    if (account) {
      await change.mutateAsync({
        id: account.id,
        version: version ?? account.version,
        role,
        organization_code,
      });
      return;
    }
    const password = newPassword();
    const made = await create.mutateAsync({ login, role, organization_code, password });
    onMade?.({ login: made.login, password, isNew: true });
  };
  const place = nameOf(chosen.organization_code);
  return (
    <FormDialog<Fields>
      title={account ? `改 ${account.login} 的权限` : '开一个账号'}
      okText={account ? '保存' : '开账号，显示密码'}
      first={first}
      labels={LABELS}
      show={(name, value) => (name === 'role' ? ROLE[value as Role] : nameOf(value))}
      save={write}
      {...(account ? { current: async () => standing(await accountNow(account.id)) } : {})}
      onClose={onClose}
    >
      <Form.Item
        name="login"
        label={LABELS.login}
        extra={account ? undefined : '登录时用的名字，以后不能改。例如姓名的拼音：zhaowb。'}
        rules={[{ required: true, whitespace: true, message: '请写账号' }]}
      >
        <Input maxLength={64} disabled={account !== undefined} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="role"
        label={LABELS.role}
        rules={[{ required: true, message: '请选一个角色' }]}
      >
        <Radio.Group
          className="account-roles"
          onChange={({ target }) => setChosen((now) => ({ ...now, role: target.value as Role }))}
          options={grantable(me?.role).map((value) => ({
            value,
            label: (
              <>
                <b>{ROLE[value]}</b>
                <small>{MEANT[value]}</small>
              </>
            ),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        extra="这个单位和它下面的全部。别处的什么也看不到。"
        rules={[{ required: true, message: '请选单位' }]}
      >
        <TreeSelect
          {...organizationChoice(organizations)}
          onChange={(organization_code: string) =>
            setChosen((now) => ({ ...now, organization_code }))
          }
        />
      </Form.Item>
      {chosen.role && place !== undefined && <Sentence role={chosen.role} place={place} />}
      {account && (
        <Alert
          type="info"
          showIcon
          message="保存以后，正登录着的马上按新的权限，不用重新登录；看不了的页面马上看不到。"
        />
      )}
    </FormDialog>
  );
}
