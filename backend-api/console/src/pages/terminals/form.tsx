import { Checkbox, Form, Input } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { householdOfTv, useHouseholdOfTv } from '../../api/households';
import { useOrganizations } from '../../api/places';
import { terminalNow, useSaveTerminal } from '../../api/terminals';
import type { Household, Organization, Terminal, TerminalKind } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { TERMINAL_KIND, TERMINAL_KIND_IS } from '../../words/silence';
import { HouseholdSelect } from '../households/household_select';

interface Fields {
  name: string;
  kind: TerminalKind;
  organization_code: string;
  household_id?: string | undefined;
  replace_tv: boolean;
}

const LABELS: Labels<Fields> = {
  name: '名称',
  kind: '放在哪里',
  organization_code: '哪个村（单位）',
  household_id: '哪一户',
  replace_tv: '换掉那一户原来的电视',
};

interface Props {
  terminal: Terminal;
  onClose: () => void;
}

/** Waits for what the form chooses from. Whose TV it is must be known: nothing written would take it away. */
export function TerminalForm(props: Props) {
  const { terminal, onClose } = props;
  const organizations = useOrganizations();
  const household = useHouseholdOfTv(terminal.id, terminal.kind === 'household');
  const known = terminal.kind === 'household' ? household.data : null;
  if (organizations.data && known !== undefined) {
    return <Dialog {...props} organizations={organizations.data} household={known} />;
  }
  const error = organizations.error ?? household.error;
  const retry = () => Promise.all([organizations.refetch(), household.refetch()]);
  return <FormWaiting title="修改电视" error={error} retry={retry} onClose={onClose} />;
}

interface DialogProps extends Props {
  organizations: Organization[];
  household: Household | null;
}

function Dialog({ terminal, onClose, organizations, household }: DialogProps) {
  const save = useSaveTerminal();
  const standing = (one: Terminal, of: Household | null): Standing<Fields> => ({
    values: {
      name: one.name,
      kind: one.kind,
      organization_code: organizations.find(({ id }) => id === one.organization.id)?.code ?? '',
      household_id: of?.id,
      replace_tv: false,
    },
    version: one.version,
    closed:
      (one.revoked_at_ms ?? null) === null
        ? undefined
        : '这台电视已停用。要再用，请在电视上重新登记。',
  });
  const [first] = useState(() => standing(terminal, household));
  const current = async () => {
    const now = await terminalNow(terminal.id);
    return standing(now, await householdOfTv(now.id));
  };
  const write = (
    { name, kind, organization_code, household_id, replace_tv }: Fields,
    version = 0,
  ) =>
    save.mutateAsync({
      id: terminal.id,
      version,
      draft: {
        name: name.trim(),
        kind,
        organization_code,
        replace_tv,
        ...(kind === 'household' && household_id ? { household_id } : {}),
      },
    });
  const show = (name: keyof Fields, value: unknown) => {
    if (name === 'kind') return TERMINAL_KIND[value as TerminalKind];
    if (name === 'replace_tv') return value === true ? '换' : '不换';
    const text = typeof value === 'string' ? value : '';
    if (household?.id === text) return household.name;
    return organizations.find(({ code }) => code === text)?.name ?? text;
  };
  return (
    <FormDialog<Fields>
      title="修改电视"
      okText="保存"
      first={first}
      labels={LABELS}
      show={show}
      save={write}
      current={current}
      onClose={onClose}
    >
      {(form) => <TerminalFields form={form} organizations={organizations} household={household} />}
    </FormDialog>
  );
}

interface FieldsProps {
  form: FormInstance<Fields>;
  organizations: Organization[];
  household: Household | null;
}

function TerminalFields({ form, organizations, household }: FieldsProps) {
  const kind = Form.useWatch<TerminalKind | undefined>('kind', form);
  const code = Form.useWatch<string | undefined>('organization_code', form) ?? '';
  const chosen = Form.useWatch<string | undefined>('household_id', form);
  const place = organizations.find((one) => one.code === code);
  const known = household?.organization.id === place?.id ? household : null;
  return (
    <>
      <Form.Item
        name="name"
        label={LABELS.name}
        rules={[{ required: true, whitespace: true, message: '请写名称' }]}
      >
        <Input maxLength={40} placeholder="例如：石桥村 3 号" />
      </Form.Item>
      <Form.Item name="kind" label={LABELS.kind} extra="改了以后，电视马上换成那一种画面。">
        <Select
          options={(Object.keys(TERMINAL_KIND_IS) as TerminalKind[]).map((value) => ({
            value,
            label: TERMINAL_KIND_IS[value],
          }))}
        />
      </Form.Item>
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        rules={[{ required: true, message: '请选单位' }]}
      >
        <TreeSelect
          {...organizationChoice(organizations)}
          onChange={() => form.setFieldsValue({ household_id: undefined, replace_tv: false })}
        />
      </Form.Item>
      {kind === 'household' && (
        <>
          <Form.Item
            name="household_id"
            label={LABELS.household_id}
            extra="没有户，家里人不能在这台电视上签到。"
          >
            <HouseholdSelect code={code} only={place?.id} known={known ?? undefined} />
          </Form.Item>
          {chosen !== undefined && chosen !== household?.id && (
            <Form.Item name="replace_tv" valuePropName="checked">
              <Checkbox>{LABELS.replace_tv}（如果有），旧电视上就不能再签到</Checkbox>
            </Form.Item>
          )}
        </>
      )}
    </>
  );
}
