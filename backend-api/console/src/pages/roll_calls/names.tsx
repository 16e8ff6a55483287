import { Alert, Button } from 'antd';
import { useState } from 'react';

import { LINES_AT_MOST } from '../../api/roll_calls';
import type { Lines } from '../../api/roll_calls';
import { useOrganizations } from '../../api/places';
import type { Attendance, AttendanceState, OrganizationCounts, RollCall } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import type { ListQuery } from '../../kit/collection/list_states';
import { ListStates } from '../../kit/collection/list_states';
import { useMay, useMayIn } from '../../kit/may/use_may';
import { Select } from '../../kit/select';
import { ATTENDANCE } from '../../words/roll_calls';
import { Branches } from './branches';
import { Correct } from './correct';
import type { Shown } from './one';
import { besideName, grouped, signedWords, usualCorrection } from './rules';

interface Props {
  one: RollCall;
  shown: Shown;
  /** Code of the organization whose people are shown; empty: all. */
  place: string;
  onShow: (change: { part?: Shown; organization?: string }) => void;
  absent: ListQuery & { data: Lines | undefined };
  there: ListQuery & { data: Lines | undefined };
  results: ListQuery;
  branches: readonly OrganizationCounts[];
  register: ReadonlyMap<string, number>;
  states: Record<'absent' | 'there', readonly AttendanceState[]>;
}

/** Who is not there and who is, or the figures of each branch. Nobody is ranked. */
export function Names(props: Props) {
  const { one, shown, onShow, place, branches, results } = props;
  const { counts } = one;
  const seesNames = useMay()('read_members');
  // One of the township is seen from below, and corrected above.
  const corrects = useMayIn('roll_call')(one.organization.id);
  const organizations = useOrganizations().data ?? [];
  const codeOf = new Map(organizations.map(({ id, code }) => [id, code]));
  const absent = counts.to_verify + counts.missing + counts.leave + counts.exempt;
  const all: { value: Shown; label: string }[] = [
    { value: 'absent', label: `没到的 ${absent}` },
    { value: 'there', label: `已签到 ${counts.present}` },
    { value: 'branches', label: '各支部的数' },
  ];
  const choices = seesNames ? all : all.filter(({ value }) => value === 'branches');
  const places = branches.flatMap(({ organization: { id, name } }) => {
    const value = codeOf.get(id);
    return value === undefined ? [] : [{ value, label: name }];
  });
  return (
    <section className="card roll-call-names" aria-label="名单">
      <div className="roll-call-names-head">
        <PartChoice
          label="看哪些"
          value={shown}
          choices={choices}
          onChange={(part) => onShow({ part })}
        />
        <span className="spacer" />
        {shown !== 'branches' && (
          <Select
            className="filter-choice"
            aria-label="支部"
            prefix="支部："
            showSearch
            optionFilterProp="label"
            popupMatchSelectWidth={false}
            value={place}
            options={[{ value: '', label: '全部' }, ...places]}
            onChange={(organization: string) => onShow({ organization })}
          />
        )}
      </div>
      {shown === 'branches' ? (
        <ListStates query={results} count={1} empty="">
          <Branches
            branches={branches}
            onOpen={
              seesNames
                ? (id) => onShow({ part: 'absent', organization: codeOf.get(id) ?? '' })
                : undefined
            }
          />
        </ListStates>
      ) : (
        <Groups {...props} shown={shown} may={corrects} />
      )}
    </section>
  );
}

/** What heads a group: what is to be done about them. */
const BESIDE: Partial<Record<AttendanceState, string>> = {
  to_verify: '签了，可有一点对不上，请看一眼再定',
  missing: '还没有说法的，补签或记请假都要写原因',
  exempt: '不算在应到里',
  guest: '没有点到，自己签的，不算在出席率里',
};

function Groups(props: Props & { shown: 'absent' | 'there'; may: boolean }) {
  const { one, shown, register, states, may } = props;
  const query = shown === 'absent' ? props.absent : props.there;
  const [correcting, setCorrecting] = useState<{
    line: Attendance;
    state: AttendanceState;
  } | null>(null);
  const lines = query.data?.lines ?? [];
  const groups = grouped(lines, states[shown], register);
  return (
    <>
      <ListStates
        query={query}
        count={lines.length}
        empty={shown === 'absent' ? '都到了。' : '还没有人签到。'}
      >
        {query.data?.more === true && (
          <Alert
            className="roll-call-more"
            type="info"
            showIcon
            message={`人太多，每一种只列出 ${LINES_AT_MOST} 位。请在右边选一个支部，就看得全。`}
          />
        )}
        {groups.map(({ state, lines: of }) => (
          <div key={state} role="group" aria-label={ATTENDANCE[state]}>
            <h3 className={`roll-call-group group-${state}`}>
              {ATTENDANCE[state]} {of.length} 人 <small>{BESIDE[state]}</small>
            </h3>
            <table className="roll-call-lines">
              <tbody>
                {of.map((line) => (
                  <tr key={line.member.id}>
                    <th scope="row">{line.member.name}</th>
                    <td className="line-place">{line.organization.name}</td>
                    {shown === 'there' && <td className="line-time">{signedWords(line)}</td>}
                    <td className="line-why">{besideName(line)}</td>
                    <td className="line-acts">
                      {may && state !== 'guest' && (
                        <LineActs line={line} onAct={(to) => setCorrecting({ line, state: to })} />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      </ListStates>
      {correcting && (
        <Correct
          rollCallId={one.id}
          line={correcting.line}
          state={correcting.state}
          onClose={() => setCorrecting(null)}
        />
      )}
    </>
  );
}

function LineActs({ line, onAct }: { line: Attendance; onAct: (to: AttendanceState) => void }) {
  const { name } = line.member;
  if (line.state === 'missing' || line.state === 'to_verify') {
    return (
      <>
        <Button type="link" aria-label={`给${name}补签`} onClick={() => onAct('present')}>
          补签…
        </Button>
        <Button type="link" aria-label={`给${name}记请假`} onClick={() => onAct('leave')}>
          记请假…
        </Button>
      </>
    );
  }
  return (
    <Button
      type="link"
      aria-label={`改${name}的`}
      onClick={() => onAct(usualCorrection(line.state))}
    >
      改…
    </Button>
  );
}
