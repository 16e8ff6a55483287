import { CheckCircleFilled, WarningFilled } from '@ant-design/icons';
import { Link } from 'react-router-dom';

import { useCondition } from '../../api/condition';
import type { RollCall, StaffMeeting, Terminal } from '../../api/types';
import { isThere } from '../../frame/ways';
import { useMay } from '../../kit/may/use_may';
import { ROOMS } from '../../rooms';
import { backupAge } from '../../words/backup';
import { STATE } from '../../words/states';
import { clock, day } from '../../words/time';
import type { Facts } from './lines';
import { online, rate } from './figures';

interface Props {
  facts: Facts;
  lastRollCall: RollCall | undefined;
  now: number;
}

/** How things stand: today's meetings, the televisions, who came the last time, the backup. */
export function Side({ facts, lastRollCall, now }: Props) {
  return (
    <aside className="today-side" aria-label="现在的情况">
      <Meetings meetings={facts.meetings} />
      {facts.televisions && facts.televisions.items.length > 0 && (
        <Televisions {...facts.televisions} now={now} />
      )}
      {lastRollCall && <LastMeeting rollCall={lastRollCall} now={now} />}
      <Backup now={now} />
    </aside>
  );
}

function Meetings({ meetings }: { meetings: readonly StaffMeeting[] }) {
  const held = meetings.filter(({ meeting }) => meeting.state !== 'cancelled');
  return (
    <section className="card" aria-labelledby="today-meetings">
      <h2 id="today-meetings">今天的安排</h2>
      {held.length === 0 && <p>今天没有会议。</p>}
      <ul className="today-plan">
        {[...held]
          .sort((a, b) => a.meeting.starts_at_ms - b.meeting.starts_at_ms)
          .slice(0, 5)
          .map(({ meeting: { id, title, state, starts_at_ms } }) => (
            <li key={id}>
              <b>{clock(starts_at_ms)}</b>
              <Link to={`/meetings?open=${encodeURIComponent(id)}`}>{title}</Link>
              {state !== 'scheduled' && (
                <span className={state === 'live' ? 'today-now' : undefined}>{STATE[state]}</span>
              )}
            </li>
          ))}
      </ul>
      {held.length > 5 && <Link to="/meetings">一共 {held.length} 场</Link>}
    </section>
  );
}

interface TelevisionsProps {
  items: readonly Terminal[];
  whole: boolean;
  now: number;
}

function Televisions({ items, whole, now }: TelevisionsProps) {
  const all = online(items, now);
  return (
    <section className="card" aria-labelledby="today-televisions">
      <h2 id="today-televisions">
        电视
        {isThere(ROOMS, '/terminals') && <Link to="/terminals">全部</Link>}
      </h2>
      <p className="today-figure">
        <b>{all.total.online.toLocaleString('zh-CN')}</b> / {all.total.all.toLocaleString('zh-CN')}{' '}
        台在线
      </p>
      <div className="today-bar" aria-hidden>
        <span style={{ width: `${(all.total.online / all.total.all) * 100}%` }} />
      </div>
      <p className="today-kinds">
        {all.kinds.map(({ name, online: there, all: of }) => (
          <span key={name}>
            {name} {there}/{of}
          </span>
        ))}
      </p>
      {!whole && <p>只数了前 {all.total.all.toLocaleString('zh-CN')} 台。</p>}
    </section>
  );
}

function LastMeeting({ rollCall, now }: { rollCall: RollCall; now: number }) {
  const { id, title, counts, closed_at_ms: closed } = rollCall;
  const to = `/roll-calls/${encodeURIComponent(id)}`;
  return (
    <section className="card" aria-labelledby="today-last">
      <h2 id="today-last">
        上次会议出席
        {isThere(ROOMS, to) && <Link to={to}>看结果</Link>}
      </h2>
      <p>
        {closed == null ? '' : `${day(closed, now)} `}
        {title}
      </p>
      <dl className="today-counts">
        <Figure of={counts.present} name="签到" />
        <Figure of={counts.eligible - counts.exempt} name="应到" />
        <Figure of={counts.leave} name="请假" />
        <Figure of={counts.missing} name="未签到" />
      </dl>
      <p title="签到人数除以应到人数，免点名的不算">出席率 {rate(rollCall)}</p>
    </section>
  );
}

function Figure({ of, name }: { of: number; name: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{of}</dd>
    </div>
  );
}

function Backup({ now }: { now: number }) {
  const condition = useCondition(useMay()('read_audit')).data;
  if (!condition) return null;
  // A demonstration makes none, and the server does not warn of it.
  const old = condition.warnings.some(({ kind }) => kind === 'backup');
  const made = condition.backup_at_ms != null;
  const state = old ? 'today-backup-old' : made ? 'today-backup-made' : '';
  return (
    <section className={`card today-backup ${state}`}>
      {old ? <WarningFilled aria-hidden /> : made && <CheckCircleFilled aria-hidden />}
      <p>{backupAge(condition.backup_at_ms, now)}</p>
    </section>
  );
}
