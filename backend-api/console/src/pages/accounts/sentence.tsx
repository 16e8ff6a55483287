import { CheckOutlined } from '@ant-design/icons';

import type { Role } from '../../api/types';
import { ROLE, said, tableOf } from './rights';

/** A right is one sentence. */
export function Sentence({ role, place }: { role: Role; place: string }) {
  const { can, cannot } = said(role);
  return (
    <p className="account-sentence">
      是<b>{ROLE[role]}</b>，管<b>{place}和它下面的全部</b>：能{can.join('、')}
      {cannot.length > 0 && (
        <>
          ；<strong>不能</strong>
          {cannot.join('、')}
        </>
      )}
      。
    </p>
  );
}

const mark = (is: boolean | null) =>
  is === true ? (
    <span className="right-yes">
      <CheckOutlined aria-label="能" />
    </span>
  ) : (
    <span aria-label={is === false ? '不能' : '没有这一步'}>—</span>
  );

/** Then the table: what is seen, done and decided, room by room. */
export function RightsTable({ role, place }: { role: Role; place: string }) {
  return (
    <table className="account-rights">
      <thead>
        <tr>
          <th scope="col">事</th>
          <th scope="col">看</th>
          <th scope="col">做</th>
          <th scope="col">审</th>
          <th scope="col">管到哪里</th>
        </tr>
      </thead>
      <tbody>
        {tableOf(role).map(({ thing, see, act, decide, but }) => (
          <tr key={thing}>
            <th scope="row">{thing}</th>
            <td>{mark(see)}</td>
            <td>{mark(act)}</td>
            <td>{mark(decide)}</td>
            <td>{see || act ? but || `${place}全部` : '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
