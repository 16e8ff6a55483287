import type { OrganizationCounts, RollCall } from '../../api/types';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { ROLL_CALL_STATE, ROLL_CALL_TONE } from '../../words/roll_calls';
import { percent } from '../../words/states';
import { elapsed } from '../../words/time';
import { RollCallActs } from './acts';
import { counted, formula, openRound, windowWords } from './rules';

interface Props {
  one: RollCall;
  branches: readonly OrganizationCounts[];
}

/** What it is, what may be done to it, and its rate with the formula it comes from. */
export function Summary({ one, branches }: Props) {
  const now = useNow(1000);
  const round = openRound(one, now);
  const rounds = one.rounds.length;
  return (
    <section className="card roll-call-summary" aria-label="点名">
      <div className="roll-call-title">
        <h2 className="published">{one.title}</h2>
        <Tag tone={ROLL_CALL_TONE[one.state]}>{ROLL_CALL_STATE[one.state]}</Tag>
        {round && (
          <b className="roll-call-clock" role="timer">
            {rounds > 1 ? `第 ${round.number} 轮，` : ''}还剩 {elapsed(round.closes_at_ms - now)}
          </b>
        )}
        <span className="spacer" />
        <RollCallActs one={one} now={now} branches={branches} />
      </div>
      <p>
        {one.organization.name} · {windowWords(one, now)}
        {rounds > 1 && ` · 点了 ${rounds} 轮，每轮都要签`}
        {one.presence_code ? ' · 要签到码' : ''}
        {one.state === 'open' || one.state === 'closed' ? ' · 应到名单开始时定下，不再变' : ''}
      </p>
      {(one.state === 'open' || one.state === 'closed') && <Figures one={one} />}
    </section>
  );
}

/** Of the called: there, to be looked at, on leave, not there. Words beside, never colour alone. */
function Figures({ one: { counts } }: { one: RollCall }) {
  const of = counted(counts);
  const parts = [
    { key: 'present', word: '已签到', count: counts.present },
    { key: 'to-verify', word: '待核实', count: counts.to_verify },
    { key: 'leave', word: '请假', count: counts.leave },
    { key: 'missing', word: '未签到', count: counts.missing },
  ].filter(({ key, count }) => count > 0 || key === 'present' || key === 'missing');
  return (
    <div className="roll-call-rate">
      <div>
        <strong data-testid="rate">{counts.rate_bp == null ? '—' : percent(counts.rate_bp)}</strong>
        <span>{formula(counts)}</span>
      </div>
      <div>
        <div className="roll-call-bar" aria-hidden>
          {parts.map(({ key, count }) => (
            <i key={key} className={`bar_${key}`} style={{ flexGrow: of > 0 ? count : 0 }} />
          ))}
        </div>
        <div className="roll-call-key" role="status">
          {parts.map(({ key, word, count }) => (
            <span key={key}>
              <i className={`bar_${key}`} aria-hidden />
              {word} <b data-testid={key}>{count}</b>
            </span>
          ))}
          <span className="spacer" />
          <span>
            应到 <b>{of}</b>
          </span>
          {counts.exempt > 0 && (
            <span>
              免点名 <b>{counts.exempt}</b> 人不算在应到里
            </span>
          )}
          {counts.late > 0 && (
            <span>
              已签到里迟到 <b>{counts.late}</b>
            </span>
          )}
          {counts.guests > 0 && (
            <span>
              来宾 <b>{counts.guests}</b> 人另算
            </span>
          )}
        </div>
      </div>
    </div>
  );
}
