import './today.css';

import { useMe } from '../../api/session';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { date } from '../../words/time';
import { FirstDay } from './first_day';
import { lines } from './lines';
import { LineList } from './line_list';
import { Side } from './side';
import { useBegun, useFacts } from './use_today';

/** 今天: what somebody should do now, by its clock, each with one button; and how things stand. */
export function TodayPage() {
  const now = useNow(1000);
  const me = useMe().data;
  const { facts, lastRollCall, isPending, error, again } = useFacts(now);
  const begun = useBegun(facts);
  const found = lines(facts, now);
  return (
    <Page title="今天" note={date(now)}>
      <div className="today">
        <div className="today-main">
          {error !== null && (
            <div className="today-problem">
              <Problem error={error} retry={again} more="下面可能不全。" />
            </div>
          )}
          {(found.length > 0 || begun === null) && (
            <LineList lines={found} isPending={isPending} isWhole={error === null} />
          )}
          {begun !== null && <FirstDay begun={begun} town={me?.organization.name ?? ''} />}
        </div>
        <Side facts={facts} lastRollCall={lastRollCall} now={now} />
      </div>
    </Page>
  );
}
