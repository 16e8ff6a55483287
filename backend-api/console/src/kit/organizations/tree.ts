/** The tree of organizations where one chooses a part of it. Pure. */
import type { Organization } from '../../api/types';
import { isFound } from '../../words/pinyin';

export interface TreeNode {
  /** Code of the organization. */
  key: string;
  title: string;
  children: TreeNode[];
}

/** The tree of a list that names parents before children. Nodes whose parent is not there are roots. */
export function nodesOf(organizations: readonly Organization[]): TreeNode[] {
  const nodes = new Map<string, TreeNode>();
  const roots: TreeNode[] = [];
  for (const { id, parent_id, code, name } of organizations) {
    const node = { key: code, title: name, children: [] };
    nodes.set(id, node);
    const parent = parent_id ? nodes.get(parent_id) : undefined;
    (parent ? parent.children : roots).push(node);
  }
  return roots;
}

/** Those whose name or code holds what was typed, or is read so, with all that stands above them. */
export function narrowed(organizations: readonly Organization[], typed: string): Organization[] {
  const wanted = typed.trim();
  if (wanted === '') return [...organizations];
  const byId = new Map(organizations.map((one) => [one.id, one]));
  const kept = new Set<string>();
  for (const one of organizations) {
    const found = isFound(one.name, wanted) || one.code.toLowerCase() === wanted.toLowerCase();
    if (!found) continue;
    for (let at: Organization | undefined = one; at && !kept.has(at.id);) {
      kept.add(at.id);
      at = at.parent_id ? byId.get(at.parent_id) : undefined;
    }
  }
  return organizations.filter(({ id }) => kept.has(id));
}

/** The codes above one, so that it can be seen. */
export function above(organizations: readonly Organization[], code: string): string[] {
  const byId = new Map(organizations.map((one) => [one.id, one]));
  const codes: string[] = [];
  let at = organizations.find((one) => one.code === code);
  while (at?.parent_id) {
    at = byId.get(at.parent_id);
    if (at) codes.push(at.code);
  }
  return codes;
}
