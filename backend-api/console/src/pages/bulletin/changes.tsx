import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';

import type { Difference } from '../../bulletin/merge';
import { differences } from '../../bulletin/merge';
import { InSight } from '../../kit/in_sight';
import { moment } from '../../words/time';
import type { Names } from './names';
import { valueIn } from './names';
import type { Conflict, Saving } from './use_saving';

interface Props {
  differences: readonly Difference[];
  names: Names;
  before: string;
  after: string;
}

/** What is otherwise, place by place. */
export function Changes({ differences: all, names, before, after }: Props) {
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">哪里</th>
          <th scope="col">{before}</th>
          <th scope="col">{after}</th>
        </tr>
      </thead>
      <tbody>
        {all.map(({ label, name, before: was, after: is }, n) => (
          <tr key={n}>
            <th scope="row">{label}</th>
            <td className="changes-before">{valueIn(names, name, was) || '（空）'}</td>
            <td className="changes-after">{valueIn(names, name, is) || '（空）'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Somebody else saved meanwhile: what they changed, and what becomes of both texts. */
export function ConflictNotice({
  conflict: { before, theirs, mine },
  names,
  saving,
}: {
  conflict: Conflict;
  names: Names;
  saving: Saving;
}) {
  const changed = differences(before, theirs.draft);
  const closed = theirs.state === 'withdrawn' || theirs.state === 'expired';
  return (
    <InSight>
      <Alert
        className="conflict"
        type="warning"
        showIcon
        message={`您写的时候，${theirs.updated_by ?? '别人'}也改了，已经存在服务器上`}
        description={
          <>
            {changed.length === 0 ? (
              <p>文字没有变，状态变了。</p>
            ) : (
              <Changes differences={changed} names={names} before="原来" after="别人改成" />
            )}
            {closed && <p>它已经不在电视上了，不能再改。您写的还留在这台电脑上。</p>}
            <details>
              <summary>您改了什么</summary>
              <Changes
                differences={differences(before, mine)}
                names={names}
                before="原来"
                after="您写的"
              />
            </details>
            <div className="conflict-acts">
              {!closed && (
                <Button type="primary" onClick={saving.takeBoth}>
                  两人改的都要
                </Button>
              )}
              <Button onClick={saving.takeTheirs}>先用别人的，我写的留着</Button>
            </div>
          </>
        }
      />
    </InSight>
  );
}

/** What came of it, and the way back to the own text. */
export function JoinedNotice({ saving, now }: { saving: Saving; now: number }) {
  const { joined, aside } = saving;
  if (joined === null && aside === null) return null;
  const words =
    joined?.kind === 'both'
      ? joined.both > 0
        ? `两人改的都在了。有 ${joined.both} 处两人都改过，两种写法一前一后都留着，请删掉一种。`
        : '两人改的都在了，没有互相碰到的地方。'
      : joined !== null
        ? `${joined.by ?? '别人'}刚才改过，这里已经是最新的。`
        : '';
  const back: ReactNode = aside && (
    <Button onClick={saving.takeAside}>换回我 {moment(aside.at_ms, now)} 写的</Button>
  );
  return (
    <InSight>
      <Alert
        type={joined?.kind === 'both' && joined.both > 0 ? 'warning' : 'info'}
        showIcon
        message={words || '上次放在一边的，还在这台电脑上。'}
        action={
          <span className="bulletin-left-acts">
            {back}
            {joined && (
              <Button type="text" onClick={saving.forgetJoined}>
                知道了
              </Button>
            )}
          </span>
        }
      />
    </InSight>
  );
}
