import { Checkbox, Form, Input } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { memberNow, useSaveMember } from '../../api/members';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { Member, MemberStatus, Organization } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { STATUS, statusWords } from '../../words/evaluations';
import { cardTrouble, idTrouble, pastDayTrouble, phoneTrouble } from '../../words/identity';
import { dateInChina } from '../../words/time';
import { HouseholdSelect } from '../households/household_select';
import type { Fields } from './draft';
import { blank, draftOf, fieldsOf, LABELS, read } from './draft';

interface Props {
  /** Whom to change; left out: a new one. */
  member: Member | undefined;
  /** Code of the organization a new one begins with. */
  organization: string;
  onSaved?: (member: Member) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function MemberForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  return (
    <FormWaiting
      title="人员"
      error={organizations.error}
      retry={organizations.refetch}
      onClose={props.onClose}
    />
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
}

function Dialog({ member, organization, onSaved, onClose, organizations }: DialogProps) {
  const me = useMe();
  const save = useSaveMember();
  const codeOf = (id: string) => organizations.find((one) => one.id === id)?.code ?? '';
  const standing = (one: Member): Standing<Fields> => ({
    values: fieldsOf(one, codeOf(one.organization.id)),
    version: one.version,
  });
  const [first] = useState((): Standing<Fields> => {
    if (member) return standing(member);
    return { values: blank(organization || (me.data?.organization_code ?? '')), version: 0 };
  });
  const nameOf = (text: string) =>
    organizations.find((one) => one.code === text)?.name ??
    (member?.household?.id === text ? member.household.name : undefined);
  const write = async (fields: Fields, version: number | undefined) => {
    const id = member?.id;
    const saved = await save.mutateAsync({ id, draft: draftOf(fields), version: version ?? 0 });
    onSaved?.(saved);
  };
  return (
    <FormDialog<Fields>
      title={member ? `修改${member.name}` : '添一个人'}
      okText="保存"
      first={first}
      labels={LABELS}
      show={(name, value) => read(name, value, nameOf)}
      save={write}
      {...(member ? { current: async () => standing(await memberNow(member.id)) } : {})}
      onClose={onClose}
    >
      {(form) => <MemberFields form={form} member={member} organizations={organizations} />}
    </FormDialog>
  );
}

interface FieldsProps {
  form: FormInstance<Fields>;
  member: Member | undefined;
  organizations: Organization[];
}

/** A rule of a field: what is wrong is said, and how to mend it. */
const checkedBy = (trouble: (text: string) => string | null) => ({
  validator: (_: unknown, value: string | undefined) => {
    const wrong = trouble(value ?? '');
    return wrong === null ? Promise.resolve() : Promise.reject(new Error(wrong));
  },
});

function MemberFields({ form, member, organizations }: FieldsProps) {
  const code = (Form.useWatch('organization_code', form) as string | undefined) ?? '';
  const place = organizations.find((one) => one.code === code);
  // Homes are of a village, also those of the members of its branches.
  const village =
    place?.kind === 'branch' && organizations.find(({ id }) => id === place.parent_id);
  const home = village ? village.code : code;
  const today = dateInChina(Date.now());
  return (
    <>
      <div className="form-pair">
        <Form.Item
          name="name"
          label={LABELS.name}
          rules={[{ required: true, whitespace: true, message: '请写姓名' }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="status" label={LABELS.status}>
          <Select<MemberStatus>
            options={(Object.keys(STATUS) as MemberStatus[]).map((value) => ({
              value,
              label: statusWords(value),
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        extra={member && '要到别的单位，请关掉这里，在资料里点“转到别的单位…”。'}
        rules={[{ required: true, message: '请选单位' }]}
      >
        <TreeSelect {...organizationChoice(organizations)} disabled={member !== undefined} />
      </Form.Item>
      <Form.Item
        name="household_id"
        label={`${LABELS.household_id}（可以不选）`}
        extra="同一户的人共用一台电视，在那台电视上签到。"
      >
        <HouseholdSelect code={home} known={member?.household ?? undefined} />
      </Form.Item>
      <NumberItem
        name="id_number"
        away="no_id_number"
        masked={member?.id_number_masked}
        extra="出生日期和性别从这里来。加密保存，页面上只显示前几位。"
        trouble={(text) => idTrouble(text, today)}
      />
      <div className="form-pair">
        <NumberItem
          name="phone"
          away="no_phone"
          masked={member?.phone_masked}
          trouble={phoneTrouble}
        />
        <NumberItem name="card" away="no_card" masked={member?.card_masked} trouble={cardTrouble} />
      </div>
      <Form.Item
        name="joined_on"
        label={`${LABELS.joined_on}（可以不写）`}
        validateTrigger="onBlur"
        rules={[checkedBy((text) => pastDayTrouble(text, today))]}
      >
        <Input maxLength={20} placeholder="例如：2001-07-01" />
      </Form.Item>
      <Form.Item
        name="exempt_reason"
        label={`${LABELS.exempt_reason}（可以不写）`}
        extra="写了原因，点名就不算这个人。不要写证件号或电话。"
      >
        <Input maxLength={200} placeholder="例如：年老体弱、外出务工" />
      </Form.Item>
    </>
  );
}

interface NumberProps {
  name: 'id_number' | 'phone' | 'card';
  away: 'no_id_number' | 'no_phone' | 'no_card';
  masked: string | null | undefined;
  extra?: string;
  trouble: (text: string) => string | null;
}

/** A number: what is there is not shown; nothing written, it stays. */
function NumberItem({ name, away, masked, extra, trouble }: NumberProps) {
  const has = (masked ?? '') !== '';
  return (
    <div>
      <Form.Item
        name={name}
        label={`${LABELS[name]}（可以不写）`}
        extra={extra}
        validateTrigger="onBlur"
        rules={[checkedBy(trouble)]}
      >
        <Input
          maxLength={40}
          autoComplete="off"
          placeholder={has ? `现在是 ${masked ?? ''}，不改就空着` : ''}
        />
      </Form.Item>
      {has && (
        <Form.Item name={away} valuePropName="checked" className="number-away">
          <Checkbox>{LABELS[away]}</Checkbox>
        </Form.Item>
      )}
    </div>
  );
}
