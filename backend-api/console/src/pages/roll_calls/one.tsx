import './roll_calls.css';

import { Alert } from 'antd';
import { useParams } from 'react-router-dom';

import { useOrganizations } from '../../api/places';
import { useLines, useLiveRollCall, useResults } from '../../api/roll_calls';
import type { AttendanceState, RollCall } from '../../api/types';
import { useAddress } from '../../kit/address/use_address';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { inRegister, registerOf } from '../../kit/register';
import { useNow } from '../../kit/use_now';
import { Names } from './names';

import { RollCallSheet } from './sheet';
import { Changes, Code, Methods } from './side';
import { Summary } from './summary';

/** Those who are not there, in the order in which somebody has to do something about them. */
const ABSENT: readonly AttendanceState[] = ['to_verify', 'missing', 'leave', 'exempt'];
const THERE: readonly AttendanceState[] = ['present', 'late', 'guest'];

/** One roll call: how it fills while it goes on, and afterwards what became of it. */
export function RollCallPage() {
  const { id = '' } = useParams();
  const rollCall = useLiveRollCall(id);
  return (
    <Page
      title={rollCall.data?.state === 'open' ? '正在点名' : '点名结果'}
      up={{ to: '/roll-calls', title: '点名' }}
    >
      {rollCall.error && <Problem error={rollCall.error} retry={rollCall.refetch} />}
      {!rollCall.data && !rollCall.error && <p role="status">正在读取</p>}
      {rollCall.data && <Content key={id} one={rollCall.data} />}
    </Page>
  );
}

/** Which list is shown: who is not there, who is, or the figures of each branch. */
export type Shown = (typeof FILTERS)['part'][number];

/** `organization`: the code of the branch whose people are shown. */
const FILTERS = { part: ['absent', 'there', 'branches'], organization: 'text' } as const;

function Content({ one }: { one: RollCall }) {
  const now = useNow(30_000);
  const seesNames = useMay()('read_members');
  const organizations = useOrganizations().data;
  const { filters, set } = useAddress(FILTERS);
  const chosen = seesNames ? filters.part : 'branches';
  const running = one.state === 'open';
  const opened = one.state === 'open' || one.state === 'closed';
  const organization = filters.organization || undefined;
  const wish = { id: one.id, organization, running };
  const absent = useLines({ ...wish, states: ABSENT, enabled: seesNames && opened });
  const there = useLines({
    ...wish,
    states: THERE,
    // While people sign in nobody needs the names of all who are there already.
    enabled: seesNames && opened && (!running || chosen === 'there'),
  });
  const results = useResults(one.id, running);
  const register = registerOf(organizations ?? []);
  const branches = inRegister(results.data?.organizations ?? [], register);
  return (
    <>
      <div className="roll-call-page">
        <Summary one={one} branches={branches} />
        {one.state === 'cancelled' && (
          <Alert
            type="warning"
            showIcon
            message="这次点名已经取消，不算数。"
            description={one.cancel_reason && `原因：${one.cancel_reason}`}
          />
        )}
        {one.state === 'scheduled' && (
          <Alert
            type="info"
            showIcon
            message="还没开始。到时自己开始；应到名单在开始的时候定下。"
          />
        )}
        {opened && (
          <div className="roll-call-panes">
            <Names
              one={one}
              shown={chosen}
              place={filters.organization}
              onShow={set}
              absent={absent}
              there={there}
              results={results}
              branches={branches}
              register={register}
              states={{ absent: ABSENT, there: THERE }}
            />
            <div className="roll-call-side">
              {running && one.presence_code && <Code one={one} />}
              {there.data && !there.data.more && <Methods lines={there.data.lines} />}
              <Changes
                one={one}
                now={now}
                lines={[...(absent.data?.lines ?? []), ...(there.data?.lines ?? [])]}
              />
            </div>
          </div>
        )}
      </div>
      {opened && (
        <RollCallSheet
          one={one}
          now={now}
          branches={branches}
          register={register}
          absent={absent.data}
          there={there.data}
          states={ABSENT}
        />
      )}
    </>
  );
}
