import { useQuery } from '@tanstack/react-query';

import { answer, client } from './client';
import type { ListingKind, Organization } from './types';

export function useOrganizations() {
  return useQuery({
    queryKey: ['organizations'],
    queryFn: () => answer(client.GET('/api/v1/organizations')),
    staleTime: 5 * 60_000,
  });
}

/** Lists of programmes: where a recording can go. */
export function useProgrammeLists() {
  return useListsOf('programmes');
}

/** Lists of these kinds: where something of them can stand. */
export function useListsOf(...kinds: readonly ListingKind[]) {
  return useQuery({
    queryKey: ['township'],
    queryFn: () => answer(client.GET('/api/v1/township')),
    staleTime: 5 * 60_000,
    select: (township) =>
      township.sections.flatMap((section) =>
        section.listings
          .filter((listing) => kinds.includes(listing.kind))
          .map((listing) => ({
            value: listing.id,
            label: `${section.title}／${listing.title}`,
            title: listing.title,
          })),
      ),
  });
}

/** Lists that bulletins stand in. */
export function useBulletinLists() {
  return useListsOf('bulletins', 'honours', 'guides');
}

/** A node as Ant Design's tree select wants it. */
export interface Node {
  value: string;
  title: string;
  children: Node[];
}

/** The tree of a list that names parents before children. Nodes whose parent is not there are roots. */
export function treeOf(organizations: readonly Organization[]): Node[] {
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];
  for (const { id, parent_id, code, name } of organizations) {
    const node = { value: code, title: name, children: [] };
    nodes.set(id, node);
    const parent = parent_id ? nodes.get(parent_id) : undefined;
    (parent ? parent.children : roots).push(node);
  }
  return roots;
}
