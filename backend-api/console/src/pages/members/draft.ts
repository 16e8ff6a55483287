/** Between the form's fields and what the server takes. Pure. */
import type { Member, MemberDraft, MemberStatus } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { dayOf } from '../../words/identity';
import { statusWords } from '../../words/evaluations';

export interface Fields {
  organization_code: string;
  name: string;
  status: MemberStatus;
  /** Empty: as it was. */
  id_number: string;
  phone: string;
  card: string;
  /** The number that is there is taken away. */
  no_id_number: boolean;
  no_phone: boolean;
  no_card: boolean;
  joined_on: string;
  exempt_reason: string;
  /** Id of their household. */
  household_id?: string | undefined;
}

export const LABELS: Labels<Fields> = {
  name: '姓名',
  organization_code: '单位',
  status: '身份',
  household_id: '户',
  id_number: '身份证号',
  no_id_number: '去掉身份证号',
  phone: '电话',
  no_phone: '去掉电话',
  card: '卡号',
  no_card: '去掉卡号',
  joined_on: '入党日期',
  exempt_reason: '免点名原因',
};

const NUMBERS = {
  id_number: '',
  phone: '',
  card: '',
  no_id_number: false,
  no_phone: false,
  no_card: false,
};

/** What is new begins so. */
export function blank(organization_code: string): Partial<Fields> {
  return {
    ...NUMBERS,
    organization_code,
    name: '',
    status: 'full',
    joined_on: '',
    exempt_reason: '',
  };
}

/** `code`: of their organization, which they themselves name by its id. */
export function fieldsOf(member: Member, code: string): Fields {
  return {
    ...NUMBERS,
    organization_code: code,
    name: member.name,
    status: member.status,
    joined_on: member.joined_on ?? '',
    exempt_reason: member.exempt_reason ?? '',
    household_id: member.household?.id,
  };
}

/** A number as it is sent: left out, it stays as it was; empty, it is taken away. */
function number(written: string, away: boolean): string | undefined {
  if (written.trim() !== '') return written.trim();
  return away ? '' : undefined;
}

export function draftOf(fields: Fields): MemberDraft {
  const numbers = {
    id_number: number(fields.id_number, fields.no_id_number),
    phone: number(fields.phone, fields.no_phone),
    card: number(fields.card, fields.no_card),
  };
  const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
  const { household_id } = fields;
  return {
    organization_code: fields.organization_code,
    name: fields.name.trim(),
    status: fields.status,
    ...(Object.fromEntries(given) as Pick<MemberDraft, keyof typeof numbers>),
    joined_on: dayOf(fields.joined_on) ?? fields.joined_on.trim(),
    exempt_reason: fields.exempt_reason.trim(),
    ...(household_id === undefined || household_id === '' ? {} : { household_id }),
  };
}

/** A field's value in words; `nameOf` has the names of organizations and households. */
export function read(
  name: keyof Fields,
  value: unknown,
  nameOf: (codeOrId: string) => string | undefined,
): string {
  if (name === 'status') return statusWords(value as MemberStatus);
  if (typeof value === 'boolean') return value ? '是' : '否';
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}
