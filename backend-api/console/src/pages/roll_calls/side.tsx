import { useCorrections, usePresenceCode } from '../../api/roll_calls';
import type { Attendance, RollCall } from '../../api/types';
import { useMay, useMayIn } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { ATTENDANCE, corrected, METHOD } from '../../words/roll_calls';
import { clock, moment } from '../../words/time';
import { who } from '../audit/words';
import { methods } from './rules';

/** The code to be read out, where no meeting has it in its picture. */
export function Code({ one }: { one: RollCall }) {
  const may = useMayIn('roll_call')(one.organization.id);
  const alone = one.meeting_id == null;
  const code = usePresenceCode(one.id, may && alone);
  return (
    <section className="card roll-call-part" aria-label="签到码">
      <h2>签到码</h2>
      {!alone && <p>在会议的画面上，每 30 秒换一个。</p>}
      {alone && code.error && <Problem error={code.error} retry={code.refetch} />}
      {alone && code.data && (
        <p className="roll-call-code">
          <b data-testid="presence-code">{code.data.code}</b>
          {clock(code.data.until_ms)} 以后换新的，请念给大家听
        </p>
      )}
    </section>
  );
}

/** By what those who are there signed in. Bars and figures in a fixed order. */
export function Methods({ lines }: { lines: readonly Attendance[] }) {
  const how = methods(lines);
  const all = how.reduce((total, { count }) => total + count, 0);
  if (all === 0) return null;
  return (
    <section className="card roll-call-part" aria-label="怎么签的">
      <h2>已签到 {all} 人是怎么签的</h2>
      <table className="roll-call-methods">
        <tbody>
          {how.map(({ method, count }) => (
            <tr key={method}>
              <th scope="row">{METHOD[method]}</th>
              <td>
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
                  <rect width="100" height="8" rx="4" className="bar-ground" />
                  <rect width={(count / all) * 100} height="8" rx="4" className={`by-${method}`} />
                </svg>
              </td>
              <td className="figure">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ChangesProps {
  one: RollCall;
  now: number;
  lines: readonly Attendance[];
}

/** What staff corrected, the latest first; from the log, so only for those who may read it. */
export function Changes({ one, now, lines }: ChangesProps) {
  const may = useMay();
  const reads = may('read_audit') && may('read_members');
  const entries = useCorrections(one.id, reads, one.state === 'open');
  const names = new Map(lines.map(({ member }) => [`member:${member.id}`, member.name]));
  return (
    <section className="card roll-call-part" aria-label="改过什么">
      <h2>
        改过什么 <small>都记入记录</small>
      </h2>
      {!reads && <p>谁改过、为什么，管理员在记录里看得到。</p>}
      {entries.error && <Problem error={entries.error} retry={entries.refetch} />}
      {reads && entries.data?.length === 0 && <p>还没有改过。</p>}
      <ol className="roll-call-changes">
        {entries.data?.map(({ seq, at_ms, actor, subject, detail }) => {
          const said = corrected(detail);
          return (
            <li key={seq}>
              <b>{moment(at_ms, now)}</b> {who(actor)} 把 {names.get(subject) ?? '一位同志'} 记为
              {said ? ATTENDANCE[said.state] : detail}
              {said && <span>原因：{said.reason}</span>}
            </li>
          );
        })}
      </ol>
      {one.closed_at_ms != null && <p>{moment(one.closed_at_ms, now)} 签到结束</p>}
    </section>
  );
}
