import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import type { Place } from './listed';
import { asked, MOST, PAGE } from './listed';
import type { PageOf } from './scan';
import type { DuplicateGroup, Member, MemberDraft, MemberOnly, MemberStatus } from './types';

const LIST = 'members';
const one = (id: string) => ['member', id] as const;

/** Each reading is kept in the records: nothing is read again only because somebody looks at the page. */
const QUIET = { refetchOnWindowFocus: false, staleTime: 60_000 } as const;

/** Which of them. */
export interface MembersOf extends Place {
  phone_tail?: string | undefined;
  status?: MemberStatus | undefined;
  household?: string | undefined;
  left?: boolean | undefined;
  only?: MemberOnly | undefined;
}

/** A page of members. */
export function membersOf(
  which: MembersOf,
  before: string | undefined,
  limit: number,
): Promise<PageOf<Member>> {
  const query = asked(which, before, limit);
  return answer(client.GET('/api/v1/members', { params: { query } }));
}

interface Wanted {
  which: MembersOf;
  cursor: string | undefined;
  /** A whole number of somebody; then all else does not count. */
  number: string | null;
}

/** A page of members. */
export function useMembers({ which, cursor, number }: Wanted) {
  return useQuery({
    // A number is no part of a key that tools may show.
    queryKey: [LIST, which, cursor, number === null ? null : hidden(number)],
    queryFn: async (): Promise<PageOf<Member>> => {
      if (number === null) return membersOf(which, cursor, PAGE);
      const items = await answer(client.POST('/api/v1/members/search', { body: { number } }));
      return { items, next: null };
    },
    placeholderData: keepPreviousData,
    ...QUIET,
  });
}

const numbers: string[] = [];
/** Stands for a number. */
function hidden(number: string): number {
  const known = numbers.indexOf(number);
  return known >= 0 ? known : numbers.push(number) - 1;
}

/** A member as they stand now. */
export function memberNow(id: string): Promise<Member> {
  return answer(client.GET('/api/v1/members/{id}', { params: { path: { id } } }));
}

export function useMember(id: string) {
  return useQuery({ queryKey: one(id), queryFn: () => memberNow(id), ...QUIET });
}

/** Who lives in a household: at most a page. */
export function useMembersOfHousehold(household: string) {
  return useQuery({
    queryKey: [LIST, 'household', household],
    queryFn: () => membersOf({ household }, undefined, MOST),
    ...QUIET,
  });
}

export function useTransfers(id: string, wanted: boolean) {
  return useQuery({
    queryKey: ['member-transfers', id],
    queryFn: () =>
      answer(client.GET('/api/v1/members/{id}/transfers', { params: { path: { id } } })),
    enabled: wanted,
    ...QUIET,
  });
}

/** What is known anew of members, and of whom they live with, is asked for again. */
export function useMembersChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [LIST, 'member', 'member-transfers', 'households', 'household', 'duplicates'].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
}

interface Saving {
  /** Left out: a new one. */
  id?: string | undefined;
  draft: MemberDraft;
  version: number;
}

export function useSaveMember() {
  const changed = useMembersChanged();
  return useMutation({
    mutationFn: ({ id, draft, version }: Saving) =>
      id === undefined
        ? answer(client.POST('/api/v1/members', { body: draft }))
        : saveMember(id, draft, version),
    onSettled: changed,
  });
}

/** Writes a member over the version that was read. @throws Refusal */
export function saveMember(id: string, draft: MemberDraft, version: number): Promise<Member> {
  return answer(
    client.PUT('/api/v1/members/{id}', {
      params: { path: { id }, header: ifMatch(version) },
      body: draft,
    }),
  );
}

/** A member's numbers in clear; who asked and why is kept first. @throws Refusal */
export function revealMember(id: string, reason: string) {
  return answer(
    client.POST('/api/v1/members/{id}/reveal', { params: { path: { id } }, body: { reason } }),
  );
}

/** @throws Refusal */
export function transferMember(id: string, to_organization_code: string, reason: string) {
  return answer(
    client.POST('/api/v1/members/{id}/transfer', {
      params: { path: { id } },
      body: { to_organization_code, reason },
    }),
  );
}

/** @throws Refusal */
export function leaveMember(id: string, reason: string) {
  return answer(
    client.POST('/api/v1/members/{id}/leave', { params: { path: { id } }, body: { reason } }),
  );
}

/** @throws Refusal */
export function returnMember(id: string, reason: string) {
  return answer(
    client.POST('/api/v1/members/{id}/return', { params: { path: { id } }, body: { reason } }),
  );
}

/** Takes everything away that names them; nothing brings it back. @throws Refusal */
export async function purgeMember(id: string, reason: string): Promise<void> {
  await answer(
    client.POST('/api/v1/members/{id}/purge', { params: { path: { id } }, body: { reason } }),
  );
}

/** Draws a new PIN: it is told once. @throws Refusal */
export async function drawPin(id: string): Promise<string> {
  const { pin } = await answer(
    client.PUT('/api/v1/members/{id}/pin', { params: { path: { id } }, body: {} }),
  );
  return pin ?? '';
}

export function useDuplicates(cursor: string | undefined) {
  return useQuery({
    queryKey: ['duplicates', cursor],
    queryFn: (): Promise<PageOf<DuplicateGroup>> =>
      answer(
        client.GET('/api/v1/members/duplicates', {
          params: { query: { limit: 20, ...(cursor === undefined ? {} : { before: cursor }) } },
        }),
      ),
    ...QUIET,
  });
}
