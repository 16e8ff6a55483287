/** Which members are shown, as the address says it. Pure. */
import type { MembersOf } from '../../api/members';
import type { Member, MemberStatus } from '../../api/types';
import type { Filters } from '../../kit/address/address';
import { isPinyin, readAs } from '../../words/pinyin';

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
export type Typed = 'nothing' | 'name' | 'pinyin' | 'tail' | 'number';

export function typedAs(text: string): Typed {
  const typed = text.trim();
  if (typed === '') return 'nothing';
  if (/^\d{4}$/.test(typed)) return 'tail';
  if (typed.replace(/\D/g, '').length >= 5) return 'number';
  return isPinyin(typed) ? 'pinyin' : 'name';
}

/** A number that is long enough to be somebody's. */
export function isWhole(text: string): boolean {
  return text.replace(/[^0-9A-Za-z]/g, '').length >= 6;
}

const WHO_IS: Record<Who, (member: Member, today: string) => boolean> = {
  here: () => true,
  exempt: ({ exempt_reason }) => (exempt_reason ?? '') !== '',
  no_pin: ({ pin_set }) => !pin_set,
  no_phone: ({ phone_masked }) => (phone_masked ?? '') === '',
  over_80: ({ born_on }, today) =>
    (born_on ?? '') !== '' && (born_on ?? '') <= yearsBefore(today, 80),
  double: ({ duplicate_ids }) => (duplicate_ids ?? []).length > 0,
  left: ({ left_at_ms }) => (left_at_ms ?? null) !== null,
};

/** The same day so many years earlier; of dates as `2026-11-30`. */
function yearsBefore(day: string, years: number): string {
  return `${String(Number(day.slice(0, 4)) - years).padStart(4, '0')}${day.slice(4)}`;
}

interface Chosen {
  which: MembersOf;
  /** What the server cannot choose by: it is looked through its pages. */
  only: { name: string; is: (member: Member) => boolean } | null;
}

export function chosen(filters: MemberFilters, today: string): Chosen {
  const { in: organization, q, status, who } = filters;
  const typed = typedAs(q);
  const which: MembersOf = {
    organization: organization === '' ? undefined : organization,
    name: typed === 'name' ? q.trim() : undefined,
    status: status === 'all' ? undefined : (status satisfies MemberStatus),
    left: who === 'left',
  };
  const looks = who !== 'here' || typed === 'pinyin' || typed === 'tail';
  if (!looks) return { which, only: null };
  return {
    which,
    only: {
      name: `${who} ${typed === 'name' ? '' : q.trim()}`,
      is: (member) =>
        WHO_IS[who](member, today) &&
        (typed !== 'pinyin' || readAs(member.name, q)) &&
        (typed !== 'tail' || (member.phone_masked ?? '').endsWith(q.trim())),
    },
  };
}
