import { Form, Input } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { householdNow, useSaveHousehold } from '../../api/households';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { useHomelessTvs, useTerminal } from '../../api/terminals';
import type { Household, Organization } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';

interface Fields {
  organization_code: string;
  name: string;
  terminal_id?: string | undefined;
}

const LABELS: Labels<Fields> = { organization_code: '哪个村', name: '户名', terminal_id: '电视' };

interface Props {
  /** The household to change; left out: a new one. */
  household: Household | undefined;
  /** Code of the organization a new one begins with. */
  organization: string;
  onSaved: (household: Household) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function HouseholdForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  return (
    <FormWaiting
      title="户"
      error={organizations.error}
      retry={organizations.refetch}
      onClose={props.onClose}
    />
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
}

function Dialog({ household, organization, onSaved, onClose, organizations }: DialogProps) {
  const me = useMe();
  const save = useSaveHousehold();
  const tv = useTerminal(household?.terminal_id ?? null).data;
  const homeless = useHomelessTvs(true);
  const standing = (one: Household): Standing<Fields> => ({
    values: {
      organization_code: organizations.find(({ id }) => id === one.organization.id)?.code ?? '',
      name: one.name,
      terminal_id: one.terminal_id ?? undefined,
    },
    version: one.version,
  });
  const [first] = useState((): Standing<Fields> =>
    household
      ? standing(household)
      : {
          values: {
            organization_code: organization || (me.data?.organization_code ?? ''),
            name: '',
          },
        },
  );
  const tvs = [...(tv ? [tv] : []), ...(homeless.data?.items ?? [])];
  const write = async ({ organization_code, name, terminal_id }: Fields, version = 0) => {
    const draft = { organization_code, name: name.trim(), ...(terminal_id ? { terminal_id } : {}) };
    onSaved(await save.mutateAsync({ id: household?.id, draft, version }));
  };
  const show = (name: keyof Fields, value: unknown) => {
    const text = typeof value === 'string' ? value : '';
    if (name === 'terminal_id') return tvs.find(({ id }) => id === text)?.name ?? text;
    return organizations.find(({ code }) => code === text)?.name ?? text;
  };
  return (
    <FormDialog<Fields>
      title={household ? '修改户' : '新建一户'}
      okText="保存"
      first={first}
      labels={LABELS}
      show={show}
      save={write}
      {...(household ? { current: async () => standing(await householdNow(household.id)) } : {})}
      onClose={onClose}
    >
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        extra={household && '一户不能改到别的村，请在那边新建。'}
        rules={[{ required: true, message: '请选村' }]}
      >
        <TreeSelect {...organizationChoice(organizations)} disabled={household !== undefined} />
      </Form.Item>
      <Form.Item
        name="name"
        label={LABELS.name}
        extra="同一个村里不能重名。不要写证件号或电话。"
        rules={[{ required: true, whitespace: true, message: '请写户名' }]}
      >
        <Input maxLength={40} placeholder="例如：12 号" />
      </Form.Item>
      <Form.Item
        name="terminal_id"
        label={`${LABELS.terminal_id}（可以不选）`}
        extra="只列出已经登记、还没有户的家里电视。换了电视，家里人就在新的那台上签到。"
      >
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          loading={homeless.isFetching}
          placeholder="没有电视"
          notFoundContent="没有空着的电视。新电视请在“登记电视”里登记。"
          options={tvs.map(({ id, name, organization: place }) => ({
            value: id,
            label: `${name}（${place.name}）`,
          }))}
        />
      </Form.Item>
    </FormDialog>
  );
}
