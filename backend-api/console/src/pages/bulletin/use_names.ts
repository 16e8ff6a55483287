import { useBulletinLists, useOrganizations } from '../../api/places';
import { useNow } from '../../kit/use_now';
import type { Names } from './names';

/** Names of lists and organizations, and the time. */
export function useNames(): Names {
  const organizations = useOrganizations().data ?? [];
  const lists = useBulletinLists().data ?? [];
  const now = useNow(60_000);
  return {
    now,
    listOf: (id) => lists.find(({ value }) => value === id)?.label ?? id,
    organizationOf: (code) => organizations.find((one) => one.code === code)?.name ?? code,
  };
}
