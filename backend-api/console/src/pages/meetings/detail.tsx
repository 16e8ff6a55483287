import { Alert, Button } from 'antd';

import { useMeeting, useRecordAgain } from '../../api/meetings';
import type { StaffMeeting } from '../../api/types';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { LinkButton } from '../../kit/link_button';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { KIND, RECORDING, recordingFailed, recordingOff, STATE } from '../../words/states';
import { length, moment } from '../../words/time';
import { useAskToCancel } from './cancel';
import { changed } from './changed';
import { Held, HoldChoice } from './held';
import { hasFollowing, placeWords } from './repeat';
import { TONE } from './tone';

interface Props {
  id: string;
  /** Whether they may direct it. */
  directs: (one: StaffMeeting) => boolean;
  onEdit: (one: StaffMeeting) => void;
  onClose: () => void;
}

/** All there is to know of a meeting, beside the list. */
export function MeetingDetail({ id, directs, onEdit, onClose }: Props) {
  const { data: one, error, refetch } = useMeeting(id);
  const now = useNow(30_000);
  if (!one) {
    return (
      <Drawer open title="会议" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const { meeting } = one;
  const { started_at_ms: started, ended_at_ms: ended } = meeting;
  const off = recordingOff(one);
  const failed = recordingFailed(one, now);
  const holds =
    one.record &&
    directs(one) &&
    meeting.state !== 'cancelled' &&
    one.recording !== 'published' &&
    one.recording !== 'held' &&
    (meeting.state !== 'ended' || one.recording !== 'none');
  return (
    <Drawer
      open
      title={
        <>
          <span className="published">{meeting.title}</span>
          <Tag tone={TONE[meeting.state]}>{STATE[meeting.state]}</Tag>
        </>
      }
      foot={<Acts one={one} may={directs(one)} onEdit={() => onEdit(one)} />}
      onClose={onClose}
    >
      <Facts
        facts={[
          ['方式', KIND[meeting.meeting_kind]],
          ['计划', `${moment(meeting.starts_at_ms, now)}，${length(meeting.planned_ms)}`],
          ['开始', started == null ? null : moment(started, now)],
          [
            '结束',
            started == null || ended == null
              ? null
              : `${moment(ended, now)}，开了 ${length(ended - started)}`,
          ],
          ['重复', one.series == null ? null : placeWords(one.series)],
          ['主办', meeting.organization.name],
          ['参加范围', one.audience.name],
          [
            '录制',
            one.recording === 'none'
              ? one.record
                ? '会录下来'
                : '不录'
              : RECORDING[one.recording],
          ],
          ['议程', meeting.agenda ?? ''],
          ['取消原因', one.cancel_reason ?? null],
          ['登记人', one.created_by],
          ['最后修改', changed(one, now)],
        ]}
      />
      {off !== null && <Alert type="warning" showIcon message={off} />}
      {holds && <HoldChoice one={one} />}
      {one.held != null && (
        <Held key={one.held.rendition.file.name} one={one} held={one.held} may={directs(one)} />
      )}
      {failed !== null && <Failed one={one} words={failed} may={directs(one)} />}
    </Drawer>
  );
}

/** A recording that could not be made: why, and the way to have it tried again. */
function Failed({ one, words, may }: { one: StaffMeeting; words: string; may: boolean }) {
  const again = useRecordAgain();
  return (
    <>
      <Alert
        type="error"
        showIcon
        message={`录像处理失败：${words}录下来的内容还在。`}
        action={
          may && (
            <Button loading={again.isPending} onClick={() => again.mutate(one.meeting.id)}>
              再试一次
            </Button>
          )
        }
      />
      {again.error && <Problem error={again.error} />}
    </>
  );
}

function Acts({ one, may, onEdit }: { one: StaffMeeting; may: boolean; onEdit: () => void }) {
  const cancel = useAskToCancel();
  const { id, state } = one.meeting;
  const live = `/meetings/${id}/live`;
  return (
    <>
      {state === 'scheduled' && may && (
        <>
          <Button type="text" onClick={() => void cancel(one)}>
            取消会议…
          </Button>
          {hasFollowing(one) && (
            <Button type="text" onClick={() => void cancel(one, true)}>
              取消以后各场…
            </Button>
          )}
        </>
      )}
      <span className="spacer" />
      {state === 'scheduled' && may && (
        <>
          <Button onClick={onEdit}>修改</Button>
          <LinkButton to={live} type="primary">
            去主持
          </LinkButton>
        </>
      )}
      {(state === 'live' || state === 'ended') && (
        <LinkButton to={`/meetings/${id}/viewings`}>收看情况</LinkButton>
      )}
      {state === 'live' && may && (
        <LinkButton to={live} type="primary" danger>
          进入直播
        </LinkButton>
      )}
    </>
  );
}
