/** Which members are shown, as the address says it. Pure. */
import { placeOf } from '../../api/listed';
import type { MembersOf } from '../../api/members';
import type { MemberStatus } from '../../api/types';
import type { Filters } from '../../kit/address/address';

export const FILTERS = {
  /** Code of an organization; empty: all one works on. */
  in: 'text',
  /** A name or its pinyin, or the last four digits of a telephone number. Never a whole number. */
  q: 'text',
  status: [
    'all',
    'full',
    'probationary',
    'development_target',
    'activist',
    'applicant',
    'villager',
  ],
  who: ['here', 'exempt', 'no_pin', 'no_phone', 'over_80', 'double', 'left'],
} as const;

export type MemberFilters = Filters<typeof FILTERS>;
export type Who = MemberFilters['who'];

export const WHO: Record<Who, string> = {
  here: '全部',
  exempt: '免点名',
  no_pin: '没设 PIN',
  no_phone: '没留电话',
  over_80: '80 岁以上',
  double: '可能重了',
  left: '已离开',
};

/** What somebody typed. A whole number is never in the address: addresses end up in logs. */
export type Typed = 'name' | 'tail' | 'number';

export function typedAs(text: string): Typed {
  const typed = text.trim();
  if (/^\d{4}$/.test(typed)) return 'tail';
  return typed.replace(/\D/g, '').length >= 5 ? 'number' : 'name';
}

/** A number that is long enough to be somebody's. */
export function isWhole(text: string): boolean {
  return text.replace(/[^0-9A-Za-z]/g, '').length >= 6;
}

export function whichOf(filters: MemberFilters): MembersOf {
  const { q, status, who } = filters;
  const isTail = typedAs(q) === 'tail';
  return {
    ...placeOf({ ...filters, q: isTail ? '' : q }),
    phone_tail: isTail ? q.trim() : undefined,
    status: status === 'all' ? undefined : (status satisfies MemberStatus),
    only: who === 'here' ? undefined : who,
  };
}
