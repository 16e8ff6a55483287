/** Organizations as one chooses from them. Pure. */
import type { Organization } from '../../api/types';
import { treeOf } from '../../api/places';

/** So many are looked through; more are searched. */
const OPEN_AT_MOST = 100;

/** A `TreeSelect`'s tree of organizations, searched by name. */
export function organizationChoice(organizations: readonly Organization[]) {
  return {
    treeData: treeOf(organizations),
    showSearch: true,
    treeNodeFilterProp: 'title',
    treeDefaultExpandAll: organizations.length <= OPEN_AT_MOST,
  } as const;
}
