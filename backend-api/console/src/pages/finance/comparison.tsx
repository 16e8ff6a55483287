import type { FinanceJudged } from '../../api/types';
import { change, yuan } from './work';

/** 同上月比: the items of both months; only if there is a month before that was published. */
export function Comparison({ judged: { before, compared } }: { judged: FinanceJudged }) {
  if (!before) {
    return (
      <section className="card finance-part">
        <h2>同上月比</h2>
        <p>这个栏目里没有找到这个单位上个月发布的收支表，没有比。</p>
      </section>
    );
  }
  const said = (fen: number | null | undefined) => (fen == null ? '' : yuan(fen));
  return (
    <section className="card finance-part" aria-label="同上月比">
      <h2>同上月比</h2>
      <p>上月公示：{before.title}</p>
      <table className="finance-compared">
        <thead>
          <tr>
            <th scope="col">项目</th>
            <th scope="col">本月</th>
            <th scope="col">上月</th>
            <th scope="col">变化</th>
          </tr>
        </thead>
        <tbody>
          {compared.map(({ role, item, fen, before_fen }) => (
            <tr key={`${role} ${item}`}>
              <th scope="row">
                {item}
                <small>{role === 'income' ? '收入' : '支出'}</small>
              </th>
              <td>{said(fen)}</td>
              <td>{said(before_fen)}</td>
              <td>{change(fen, before_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
