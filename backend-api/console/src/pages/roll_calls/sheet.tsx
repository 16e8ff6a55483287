import type { Lines } from '../../api/roll_calls';
import type { AttendanceState, OrganizationCounts, RollCall } from '../../api/types';
import { PrintSheet, SheetTable } from '../../kit/print/sheet';
import { inRegister } from '../../kit/register';
import { ATTENDANCE } from '../../words/roll_calls';
import { percent } from '../../words/states';
import { tableOf } from './branches';
import { besideName, formula, grouped, windowWords } from './rules';

interface Props {
  one: RollCall;
  now: number;
  branches: readonly OrganizationCounts[];
  register: ReadonlyMap<string, number>;
  absent: Lines | undefined;
  there: Lines | undefined;
  states: readonly AttendanceState[];
}

/** A roll call on paper: the rate, each branch, who is not there and why, who is. */
export function RollCallSheet(props: Props) {
  const { one, now, branches, register, absent, there, states } = props;
  const [head = [], ...rows] = tableOf(branches, one.counts);
  const rate = one.counts.rate_bp == null ? '' : `，即 ${percent(one.counts.rate_bp)}`;
  const groups = grouped(absent?.lines ?? [], states, register);
  const present = inRegister(there?.lines ?? [], register);
  return (
    <PrintSheet
      title={`${one.title} 点名结果`}
      note={`${one.organization.name}，${windowWords(one, now)}${one.state === 'open' ? '，签到还没结束' : ''}`}
      signed={['点名人', '负责人']}
    >
      <p>
        {formula(one.counts)}
        {rate}。应到不含免点名的人。按名册次序，不排名。
      </p>
      <h2>各支部</h2>
      <SheetTable head={head.map(String)} rows={rows} figuresFrom={1} />
      {groups.length > 0 && (
        <>
          <h2>没到的</h2>
          <SheetTable
            head={['姓名', '支部', '怎么记的', '原因']}
            rows={groups.flatMap(({ state, lines }) =>
              lines.map((line) => [
                line.member.name,
                line.organization.name,
                ATTENDANCE[state],
                besideName(line),
              ]),
            )}
          />
        </>
      )}
      {absent?.more === true && <p>没到的人太多，这里没有印全。</p>}
      {present.length > 0 && (
        <>
          <h2>已签到</h2>
          <p>
            {present
              .map(({ member, state }) =>
                state === 'late' ? `${member.name}（迟到）` : member.name,
              )
              .join('、')}
          </p>
        </>
      )}
      {there?.more === true && <p>已签到的人太多，这里没有印全。</p>}
    </PrintSheet>
  );
}
