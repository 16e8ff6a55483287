/** The order of the register, in which everything of branches stands: nobody is ranked. Pure. */
import type { Organization } from '../api/types';

/** The place of each organization in the register, which goes by codes. */
export function registerOf(organizations: readonly Organization[]): ReadonlyMap<string, number> {
  const sorted = [...organizations].sort((a, b) => (a.code < b.code ? -1 : 1));
  return new Map(sorted.map(({ id }, place) => [id, place]));
}

/** In the order of the register, whatever order they came in: nobody is ranked. Others come last. */
export function inRegister<T extends { organization: { id: string } }>(
  rows: readonly T[],
  register: ReadonlyMap<string, number>,
): T[] {
  const place = ({ organization }: T) => register.get(organization.id) ?? Infinity;
  // Equal ones stay as they were: of one branch in the order in which people were registered.
  return [...rows].sort((a, b) => {
    const [one, other] = [place(a), place(b)];
    return one === other ? 0 : one - other;
  });
}

/** Ids of the organization with a code and of all below it; of an unknown code nothing. */
export function subtreeOf(
  organizations: readonly Organization[],
  code: string,
): ReadonlySet<string> {
  const ids = new Set<string>();
  const top = organizations.find((one) => one.code === code);
  if (top === undefined) return ids;
  ids.add(top.id);
  // Parents come before children.
  for (const { id, parent_id } of organizations) {
    if (parent_id != null && ids.has(parent_id)) ids.add(id);
  }
  return ids;
}
