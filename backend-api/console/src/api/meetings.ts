import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { answer, client, ifMatch } from './client';
import { everyPage } from './every_page';
import type {
  Attendance,
  Direction,
  HostAccess,
  HostSource,
  HostSourceAccess,
  HostSourceRequest,
  MeetingDraft,
  MeetingKind,
  MeetingState,
  Member,
  RecordingCut,
  Repeat,
  RollCall,
  Stage,
  StaffMeeting,
  StationCheckup,
} from './types';

const LIST = 'meetings';
const one = (id: string) => ['meeting', id] as const;

/** How many of the past come at once. */
const PAST_PAGE = 50;

/** All of those that begin within a span, or stand so. */
function listed(
  wish: { from_ms: number; to_ms: number } | { state: MeetingState },
): Promise<StaffMeeting[]> {
  return everyPage((cursor) =>
    answer(
      client.GET('/api/v1/meetings', {
        params: { query: { ...wish, limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
}

export function useMeetings(from_ms: number, to_ms: number) {
  return useQuery({
    queryKey: [LIST, from_ms, to_ms],
    queryFn: () => listed({ from_ms, to_ms }),
    refetchInterval: 15_000,
  });
}

/** Those on air now. */
export function useLiveMeetings() {
  return useQuery({
    queryKey: [LIST, 'live'],
    queryFn: () => listed({ state: 'live' }),
    refetchInterval: 15_000,
  });
}

export interface PastWish {
  state: 'ended' | 'cancelled';
  kind: MeetingKind | undefined;
  /** What the title contains. */
  q: string | undefined;
  from_ms: number | undefined;
  cursor: string | undefined;
}

/** A page of those that stand so, the newest first. */
export function usePastMeetings(wish: PastWish) {
  const { state, kind, q, from_ms, cursor } = wish;
  return useQuery({
    queryKey: [LIST, 'past', wish],
    queryFn: () =>
      answer(
        client.GET('/api/v1/meetings', {
          params: {
            query: {
              state,
              limit: PAST_PAGE,
              ...(kind === undefined ? {} : { kind }),
              ...(q === undefined ? {} : { q }),
              ...(from_ms === undefined ? {} : { from_ms }),
              ...(cursor === undefined ? {} : { cursor }),
            },
          },
        }),
      ),
    // While a search is typed the rows stay; those of another page never stand for this one.
    placeholderData: (before, query) =>
      (query?.queryKey[2] as PastWish | undefined)?.cursor === cursor ? before : undefined,
  });
}

/** A meeting as it stands now. */
export function meetingNow(id: string): Promise<StaffMeeting> {
  return answer(client.GET('/api/v1/meetings/{id}', { params: { path: { id } } }));
}

export function useMeeting(id: string) {
  return useQuery({
    queryKey: one(id),
    queryFn: () => meetingNow(id),
    // Somebody else may direct it too.
    refetchInterval: ({ state: { data } }) =>
      data?.recording === 'processing'
        ? 3000
        : data?.meeting.state === 'live' || data?.recording === 'failed'
          ? 15_000
          : false,
  });
}

interface Saving {
  draft: MeetingDraft;
  /** The meeting to change, and the version that was edited; left out: a new one. */
  of?: { id: string; version: number } | undefined;
  /** Those of its series that follow are changed, too. */
  following?: boolean | undefined;
}

/** What is asked beside: whether it reaches those that follow. */
const reach = (following: boolean | undefined) => (following ? { query: { following } } : {});

/** Writes a new meeting, or changes the one that is given. */
export function useSaveMeeting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, of, following }: Saving) =>
      of
        ? answer(
            client.PUT('/api/v1/meetings/{id}', {
              params: {
                path: { id: of.id },
                header: ifMatch(of.version),
                ...reach(following),
              },
              body: draft,
            }),
          )
        : answer(client.POST('/api/v1/meetings', { body: draft })),
    onSuccess: (saved) => {
      queries.setQueryData(one(saved.meeting.id), saved);
      return queries.invalidateQueries({ queryKey: [LIST] });
    },
    // It stands otherwise than the list says.
    onError: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** On which days meetings would be by a rule, and which of them nobody works on. */
export function useSeriesPlan(starts_at_ms: number | undefined, repeat: Repeat | undefined) {
  return useQuery({
    queryKey: ['meeting-series', starts_at_ms, repeat],
    queryFn: () =>
      answer(
        client.POST('/api/v1/meeting-series/plan', {
          body: { starts_at_ms: starts_at_ms ?? 0, repeat: repeat ?? { every: 'week' } },
        }),
      ),
    enabled: starts_at_ms !== undefined && repeat !== undefined,
    // What is wrong with the rule is said at once.
    retry: false,
  });
}

interface Series {
  meeting: MeetingDraft;
  repeat: Repeat;
  /** Beginnings by the rule that are moved from a free day. */
  moved: number[];
}

/** Plans a meeting for each day of a rule. */
export function useCreateSeries() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (series: Series) => answer(client.POST('/api/v1/meeting-series', { body: series })),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** `end with roll calls`: those that demand the code of its picture end with the meeting. */
type Step = 'start' | 'end' | 'end with roll calls';

function step(id: string, what: Step): Promise<StaffMeeting> {
  const params = { params: { path: { id } } };
  switch (what) {
    case 'start':
      return answer(client.POST('/api/v1/meetings/{id}/start', params));
    case 'end':
      return answer(client.POST('/api/v1/meetings/{id}/end', params));
    case 'end with roll calls':
      return answer(
        client.POST('/api/v1/meetings/{id}/end', {
          params: { path: { id }, query: { with_roll_calls: true } },
        }),
      );
  }
}

interface Cancelling {
  id: string;
  reason: string;
  /** Those of its series that follow are cancelled, too. */
  following?: boolean | undefined;
}

/** Cancels a meeting that has not begun, with a reason for staff. */
export function useCancelMeeting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason, following }: Cancelling) =>
      answer(
        client.POST('/api/v1/meetings/{id}/cancel', {
          params: { path: { id }, ...reach(following) },
          body: { reason },
        }),
      ),
    onSuccess: (saved) => queries.setQueryData(one(saved.meeting.id), saved),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** Has a recording that could not be made tried again. */
export function useRecordAgain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answer(client.POST('/api/v1/meetings/{id}/recording', { params: { path: { id } } })),
    onSuccess: (saved) => queries.setQueryData(one(saved.meeting.id), saved),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** What is done to a recording that waits, or is to wait. */
function useRecordingDeed<T>(id: string, deed: (what: T) => Promise<StaffMeeting>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: (saved) => queries.setQueryData(one(id), saved),
    onSettled: () => queries.invalidateQueries({ queryKey: [LIST] }),
  });
}

/** Says whether a recording waits for staff, once it is made. */
export function useHoldRecording(id: string) {
  return useRecordingDeed(id, (hold: boolean) =>
    answer(
      client.PUT('/api/v1/meetings/{id}/recording/hold', {
        params: { path: { id } },
        body: { hold },
      }),
    ),
  );
}

/** Makes a part of what was recorded. */
export function useCutRecording(id: string) {
  return useRecordingDeed(id, (body: RecordingCut) =>
    answer(client.POST('/api/v1/meetings/{id}/recording/cut', { params: { path: { id } }, body })),
  );
}

/** Publishes a recording that waits. */
export function usePublishRecording(id: string) {
  return useRecordingDeed(id, () =>
    answer(client.POST('/api/v1/meetings/{id}/recording/publish', { params: { path: { id } } })),
  );
}

/** Starts or ends a meeting. */
export function useMeetingStep(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (what: Step) => step(id, what),
    onSuccess: (saved) => {
      queries.setQueryData(one(id), saved);
      return queries.invalidateQueries({ queryKey: [LIST] });
    },
  });
}

/** Where to send and fetch picture and sound. */
export function hostAccess(id: string): Promise<HostAccess> {
  return answer(client.POST('/api/v1/meetings/{id}/host', { params: { path: { id } } }));
}

/** Has the host's picture taken from this page, an encoder or a network camera. */
export function chooseHostSource(id: string, wish: HostSourceRequest): Promise<HostSourceAccess> {
  return answer(
    client.PUT('/api/v1/meetings/{id}/host-source', { params: { path: { id } }, body: wish }),
  );
}

/** What the encoder is set to, while the host's picture comes from one. */
export function useHostSource(id: string, source: HostSource) {
  return useQuery({
    queryKey: ['host-source', id, source],
    queryFn: async () => (await hostAccess(id)).source ?? null,
    enabled: source !== 'page',
  });
}

/** How a meeting stands. */
export function stageNow(id: string): Promise<Stage> {
  return answer(client.GET('/api/v1/meetings/{id}/stage', { params: { path: { id } } }));
}

/** Tells the server what the director wants. The effect comes with the stage's events. */
export function direct(id: string, direction: Direction): Promise<Stage> {
  return answer(
    client.POST('/api/v1/meetings/{id}/direction', { params: { path: { id } }, body: direction }),
  );
}

export const stageEvents = (id: string) => `/api/v1/meetings/${encodeURIComponent(id)}/events`;

/** Address of a station's small picture. The time in it makes a new picture a new address. */
export function pictureOf(id: string, terminal: string, at_ms: number): string {
  return `/api/v1/meetings/${encodeURIComponent(id)}/stations/${encodeURIComponent(terminal)}/picture?at=${at_ms}`;
}

export function useViewings(id: string) {
  return useQuery({
    queryKey: ['viewings', id],
    queryFn: () =>
      answer(client.GET('/api/v1/meetings/{id}/viewings', { params: { path: { id } } })),
    refetchInterval: 30_000,
  });
}

export interface RollCallWish {
  window_ms: number;
  grace_ms: number;
  presence_code: boolean;
}

export function openRollCall(id: string, wish: RollCallWish): Promise<RollCall> {
  return answer(
    client.POST('/api/v1/meetings/{id}/roll-call', { params: { path: { id } }, body: wish }),
  );
}

export function closeRollCall(id: string): Promise<RollCall> {
  return answer(client.POST('/api/v1/roll-calls/{id}/close', { params: { path: { id } } }));
}

/** Calls somebody too who was entered after the roll call had opened. */
export function addToRollCall(id: string, member_id: string, reason: string): Promise<Attendance> {
  return answer(
    client.POST('/api/v1/roll-calls/{id}/members', {
      params: { path: { id } },
      body: { member_id, reason },
    }),
  );
}

/** How many of a name are listed at most. */
export const NAMED_AT_MOST = 20;

/** Members of the own subtree whose name contains this; `more`: there may be others. */
export async function membersNamed(name: string): Promise<{ members: Member[]; more: boolean }> {
  const { items, next } = await answer(
    client.GET('/api/v1/members', { params: { query: { name, limit: NAMED_AT_MOST } } }),
  );
  return { members: items, more: Boolean(next) };
}

export const rollCallEvents = (id: string) => `/api/v1/roll-calls/${encodeURIComponent(id)}/events`;

const rollCall = (id: string) => ['roll-call', id] as const;

export function useRollCall(id: string | null) {
  return useQuery({
    queryKey: rollCall(id ?? ''),
    queryFn: () =>
      answer(client.GET('/api/v1/roll-calls/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== null,
    refetchInterval: 10_000,
  });
}

/** Keeps what the server just said of a roll call of a meeting, which now is its latest. */
export function useKeepRollCall(meetingId: string) {
  const queries = useQueryClient();
  return (kept: RollCall) => {
    queries.setQueryData(rollCall(kept.id), kept);
    return queries.invalidateQueries({ queryKey: one(meetingId) });
  };
}

const checks = (id: string) => ['station-checks', id] as const;

/** How often it is looked what the stations found while some are at it. */
const AT_IT_MS = 2_000;

const isAtIt = ({ state }: StationCheckup) => state === 'asked' || state === 'taken';

/** Whether the stations of a conference can take part, as they found lately. */
export function useStationChecks(id: string) {
  return useQuery({
    queryKey: checks(id),
    queryFn: async () => {
      const params = { params: { path: { id } } };
      const found = await answer(client.GET('/api/v1/meetings/{id}/station-checks', params));
      return found.stations;
    },
    refetchInterval: ({ state: { data } }) => (data?.some(isAtIt) ? AT_IT_MS : 15_000),
  });
}

/** Has every station of a conference look whether it can take part. */
export function useCheckStations(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const params = { params: { path: { id } } };
      const asked = await answer(client.POST('/api/v1/meetings/{id}/station-checks', params));
      return asked.stations;
    },
    onSuccess: (stations) => queries.setQueryData(checks(id), stations),
  });
}
