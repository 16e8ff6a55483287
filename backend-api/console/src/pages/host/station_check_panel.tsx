import { Button } from 'antd';

import { useCheckStations, useStationChecks } from '../../api/meetings';
import { Problem } from '../../kit/problem';
import type { Tone } from '../../kit/tag/tag';
import { Tag } from '../../kit/tag/tag';
import type { Verdict } from './station_checks';
import { details, ordered, summary, VERDICT, verdict } from './station_checks';

const TONES: Record<Verdict, Tone> = {
  good: 'done',
  bad: 'fault',
  silent: 'due',
  waiting: 'waiting',
  unasked: 'plain',
};

/** Before a conference: whether its stations can be seen and heard. */
export function StationCheckPanel({ meetingId }: { meetingId: string }) {
  const { data, error, refetch } = useStationChecks(meetingId);
  const ask = useCheckStations(meetingId);
  return (
    <section className="station-checks" aria-label="会场检查">
      <h2>会场检查</h2>
      <p role="status">{data ? summary(data) : '正在读取'}</p>
      <Button
        loading={ask.isPending}
        disabled={!data || data.length === 0}
        onClick={() => ask.mutate()}
      >
        检查各会场
      </Button>
      <p>
        由各站点的电视自己查摄像头、话筒、音箱和网络，不影响正在看电视的人。开会前半小时会自动查一次。
      </p>
      {error && <Problem error={error} retry={refetch} />}
      {ask.error && <Problem error={ask.error} />}
      <ul>
        {ordered(data ?? []).map((one) => (
          <li key={one.terminal.id} data-verdict={verdict(one)}>
            <b>
              {one.organization.name} {one.terminal.name}
            </b>
            <Tag tone={TONES[verdict(one)]}>{VERDICT[verdict(one)]}</Tag>
            {details(one).map((words) => (
              <p key={words}>{words}</p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
