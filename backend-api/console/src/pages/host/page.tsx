import './host.css';

import { Spin } from 'antd';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useParams } from 'react-router-dom';

import { useMeeting, useMeetingStep } from '../../api/meetings';
import { useOrganizations } from '../../api/places';
import { sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { StaffMeeting } from '../../api/types';
import type { Over as LeftFor } from '../../media/keeper';
import type { Question } from '../../kit/confirm/confirm';
import { useConfirm } from '../../kit/confirm/confirm';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { usePageTitle } from '../../kit/page_title';
import { Problem } from '../../kit/problem';
import { Barred } from './barred';
import { HostConnection } from './connection';
import { entry } from './entry';
import { HostSource } from './host_source';
import { Live } from './live';
import { Over } from './over';
import { Prepare } from './prepare';
import { useStage } from './use_stage';

/** The host's page: prepare, go live, direct, end. */
export function HostPage() {
  const { id = '' } = useParams();
  const meeting = useMeeting(id);
  const me = useMe().data;
  const subtree = useOrganizations();
  usePageTitle(meeting.data ? meeting.data.meeting.title : '主持');
  const comesIn = meeting.data && entry(me, meeting.data.meeting.organization.id, subtree);
  if (meeting.data === undefined || comesIn === 'waiting') {
    return (
      <main className="center">
        {meeting.isError ? (
          <Problem error={meeting.error} retry={meeting.refetch} />
        ) : (
          <Spin size="large" />
        )}
      </main>
    );
  }
  const { state } = meeting.data.meeting;
  if (state === 'ended' || state === 'cancelled') return <Over one={meeting.data} />;
  if (comesIn === 'no') return <Barred one={meeting.data} />;
  return <Host key={id} one={meeting.data} refetch={meeting.refetch} />;
}

/** So long may a program take that should be there. */
const STARVED_MS = 5000;

/** How this page takes part: not yet, with its own picture, or only directing. */
export type Part = 'none' | 'hosting' | 'directing';

function Host({ one, refetch }: { one: StaffMeeting; refetch: () => unknown }) {
  const { id, title, organization, state } = one.meeting;
  const [source] = useState(() => new HostSource(title, organization.name));
  const [connection] = useState(() => new HostConnection(id));
  const picture = useSyncExternalStore(source.subscribe, source.snapshot);
  const links = useSyncExternalStore(connection.subscribe, connection.snapshot);
  const stage = useStage(id, state === 'live');
  const step = useMeetingStep(id);
  const [part, setPart] = useState<Part>('none');
  /** Why this page sends no longer. */
  const [left, setLeft] = useState<LeftFor | null>(null);
  const [entering, setEntering] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  useEffect(() => {
    source.open();
    return () => source.close();
  }, [source]);
  useEffect(() => () => connection.stop(), [connection]);

  const { video, audio } = picture;
  useEffect(() => {
    void connection.publisher.use({ video, audio });
  }, [connection, video, audio]);

  // Silence begins at the microphone, not only in the mix.
  const muted = stage.stage?.host_muted === true;
  useEffect(() => {
    if (audio) audio.enabled = !muted;
  }, [audio, muted]);

  // An encoder or a camera in the hall may have taken this page's place.
  const sends = part === 'hosting' && (stage.stage?.host_source ?? 'page') === 'page';
  const take = useRef(false);
  useEffect(() => {
    if (sends) connection.publisher.keeper.start(take.current);
    else connection.publisher.keeper.stop();
    take.current = false;
  }, [connection, sends]);

  // Whoever was replaced directs on, and sends again only when asked to.
  const { publish } = links;
  useEffect(() => {
    if (publish.kind !== 'over') return;
    setLeft(publish);
    setPart('directing');
    connection.watch(false);
  }, [connection, publish]);
  const ended =
    (publish.kind === 'over' && publish.why === 'ended') ||
    (links.program.kind === 'over' && links.program.why === 'ended');
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);

  // Somebody else may have ended it.
  const stageState = stage.stage?.state;
  useEffect(() => {
    if (stageState === 'ended' || stageState === 'cancelled') void refetch();
  }, [stageState, refetch]);

  // The host is heard by the server, the line is alive, and still nothing comes back.
  const starved =
    stage.stage?.host === 'live' && links.program.kind === 'connected' && !links.program.flowing;
  useEffect(() => {
    if (!starved) return undefined;
    const timer = setTimeout(() => connection.player.keeper.restart(), STARVED_MS);
    return () => clearTimeout(timer);
  }, [connection, starved]);

  useLeaveGuard(part === 'hosting', LEAVE);

  const { mutateAsync } = step;
  const confirm = useConfirm();
  const enter = useCallback(
    async (as: 'hosting' | 'directing', agreed = false) => {
      setEntering(true);
      setTrouble(null);
      try {
        if (state === 'scheduled') await mutateAsync('start');
        const access = await connection.prepare();
        if (as === 'hosting') {
          const elsewhere =
            access.stage.host === 'live' && (access.stage.host_source ?? 'page') === 'page';
          if (elsewhere && !agreed && (await confirm(TAKE)) === null) return;
          take.current = elsewhere || agreed;
        }
        connection.watch(as === 'hosting');
        setLeft(null);
        setPart(as);
      } catch (error) {
        setTrouble(sentence(error));
      } finally {
        setEntering(false);
      }
    },
    [connection, confirm, mutateAsync, state],
  );
  const end = useCallback(
    async (withRollCalls: boolean) => {
      await mutateAsync(withRollCalls ? 'end with roll calls' : 'end');
      connection.stop();
    },
    [connection, mutateAsync],
  );

  if (part === 'none' || state === 'scheduled') {
    return (
      <Prepare
        one={one}
        stage={stage.stage}
        source={source}
        picture={picture}
        entering={entering}
        trouble={trouble}
        onEnter={enter}
      />
    );
  }
  return (
    <Live
      one={one}
      part={part}
      line={stage}
      source={source}
      picture={picture}
      links={links}
      left={left}
      entering={entering}
      trouble={trouble}
      onHost={(agreed) => enter('hosting', agreed)}
      onEnd={end}
    />
  );
}

const TAKE: Question = {
  title: '这场会正在另一处主持，接过来？',
  content: '接过来以后，大家看到的是这台电脑的画面。另一处会停下来，并看到会议被接走了。',
  okText: '接过来',
  cancelText: '不接',
};

const LEAVE: Question = {
  title: '正在直播，要离开吗？',
  content: '离开以后，大家看不到您的画面，也听不到您的声音。会议不会结束，回来可以接着主持。',
  okText: '离开',
  cancelText: '留下',
  danger: true,
};
