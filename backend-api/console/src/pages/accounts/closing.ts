/** What is said before an account is closed. Pure. */
import type { AccountHands, HandKind, StaffAccount } from '../../api/types';
import { ROLE } from './rights';

const KIND: Record<HandKind, string> = {
  bulletin: '没发布的公告',
  meeting: '没开完的会',
  unknown: '别的事',
};

export const kindWords = (kind: HandKind): string => KIND[kind];

/** Somebody to choose. */
export interface Successor {
  /** Id of the account. */
  value: string;
  label: string;
}

/** Who could look after it: open ones of those that are seen, the same office first. */
export function successors(
  accounts: readonly StaffAccount[],
  { id, organization }: StaffAccount,
): Successor[] {
  const same = (one: StaffAccount) => (one.organization.id === organization.id ? 0 : 1);
  return accounts
    .filter((one) => one.id !== id && one.disabled_at_ms == null)
    .sort((a, b) => same(a) - same(b) || (a.login < b.login ? -1 : 1))
    .map((one) => ({
      value: one.id,
      label: `${one.login}（${one.organization.name}，${ROLE[one.role]}）`,
    }));
}

/** What becomes of the requests of its office; nothing where there are none. */
export function requestWords({ requests, others }: AccountHands, office: string): string | null {
  if (requests === 0) return null;
  return others > 0
    ? `${office}有 ${requests} 件诉求在办，还有 ${others} 个账号能答复，不用交接。`
    : `${office}有 ${requests} 件诉求在办，停用以后那里没有账号能答复。诉求归单位，交不给别的账号：请先转办，或者先给那里开一个账号。`;
}

/** What cannot be handed over to whoever was chosen. */
export function leftWords({ items }: AccountHands): string | null {
  const left = items.filter(({ fits }) => fits === false).length;
  return left === 0
    ? null
    : `有 ${left} 件不归这个账号管，或者它没有权限，交不过去。它们还在原处，有权限的人都能接着办。`;
}
