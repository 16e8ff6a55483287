/** What waits in a room, beside its name in the nav. */
import { useWaiting } from '../api/enrolments';
import { useSubmitted } from '../api/bulletins';
import { useLiveMeetings } from '../api/meetings';
import { useNotices } from '../api/notices';
import { useToDo } from '../api/requests';
import { useSubmissionsLeft } from '../api/submissions';
import { useMay } from '../kit/may/use_may';

export function LiveBadge() {
  const live = useLiveMeetings().data ?? [];
  return live.length > 0 ? <em>直播</em> : null;
}

/** What waits for whoever publishes. */
export function SubmittedBadge() {
  const count = useSubmitted(useMay()('publish')).data?.length ?? 0;
  return count > 0 ? <em className="frame-quiet">{count}</em> : null;
}

/** Services and suggestions that are to be done; with something overdue it is red. */
export function ServicesBadge() {
  const may = useMay();
  const toDo = useToDo(may('serve')).data;
  const counts = toDo ? [toDo.service, toDo.suggestion] : [];
  const count = counts.reduce((sum, { to_do }) => sum + to_do, 0);
  const late = counts.some(({ overdue }) => overdue > 0);
  if (count === 0) return null;
  return (
    <em className={late ? undefined : 'frame-quiet'} title={late ? '有超时的' : undefined}>
      {count}
    </em>
  );
}

/** Notices that nobody has looked at, for those who may. */
export function NoticesBadge() {
  const unseen = useNotices(true, undefined, useMay()('read')).data;
  const count = unseen?.items.length ?? 0;
  if (count === 0) return null;
  return <em>{unseen?.next ? `${count}+` : count}</em>;
}

export function ServicesCount() {
  return <Count of={useToDo(useMay()('serve')).data?.service.to_do} />;
}

export function SuggestionsCount() {
  return <Count of={useToDo(useMay()('serve')).data?.suggestion.to_do} />;
}

/** What villages sent, for those who decide about it. */
export function SubmissionsCount() {
  return <Count of={useSubmissionsLeft('waiting', useMay()('publish')).data?.waiting} />;
}

export function NoticesCount() {
  const unseen = useNotices(true, undefined, useMay()('read')).data;
  return <Count of={unseen?.items.length} more={unseen?.next != null} />;
}

/** TVs that show a code and wait to be let in. */
export function WaitingBadge() {
  const waiting = useWaiting(useMay()('admit'), false).data?.length ?? 0;
  return waiting > 0 ? <em className="frame-quiet">{waiting}</em> : null;
}

export function WaitingCount() {
  return <Count of={useWaiting(useMay()('admit'), false).data?.length} />;
}

/** A number in a tab; none is not said. */
function Count({ of = 0, more = false }: { of?: number | undefined; more?: boolean }) {
  return of > 0 ? <small>{more ? `${of}+` : of}</small> : null;
}
