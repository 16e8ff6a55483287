import { Input } from 'antd';

import { Tag } from '../../kit/tag/tag';
import type { Changed, Run } from './year';
import { runsOf, runWords } from './year';

interface Props {
  changed: Changed;
  onChange: (changed: Changed) => void;
}

/** What was changed, in words, and what it is: 国庆节. */
export function Runs({ changed, onChange }: Props) {
  const runs = runsOf(changed);
  const named = ({ dates, is_working }: Run, note: string) =>
    onChange(new Map([...changed, ...dates.map((date) => [date, { is_working, note }] as const)]));
  return (
    <section className="card work-part" aria-labelledby="work-runs">
      <h2 id="work-runs">放假和调休</h2>
      {runs.length === 0 && <p>还没有。</p>}
      <ul>
        {runs.map((run) => (
          <li key={run.dates[0]}>
            <span>
              {runWords(run)} <Tag tone="plain">{run.is_working ? '上班' : '放假'}</Tag>
            </span>
            <Input
              value={run.note}
              maxLength={30}
              placeholder={run.is_working ? '例如：国庆节调休上班' : '例如：国庆节'}
              aria-label={`${runWords(run)}是什么`}
              onChange={(event) => named(run, event.target.value)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
