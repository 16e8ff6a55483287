import type { FinanceJudged } from '../../api/types';
import { change, periodWords, yuan } from './work';

interface Props {
  judged: FinanceJudged;
  period: string;
}

/** 同上月比, 同上季比: the items of both periods; only if there is one before that was published. */
export function Comparison({ judged: { before, compared }, period }: Props) {
  const words = periodWords(period);
  if (!before) {
    return (
      <section className="card finance-part">
        <h2>同{words.last}比</h2>
        <p>这个栏目里没有找到这个单位{words.last}的收支表，没有比。</p>
      </section>
    );
  }
  const said = (fen: number | null | undefined) => (fen == null ? '' : yuan(fen));
  return (
    <section className="card finance-part" aria-label={`同${words.last}比`}>
      <h2>同{words.last}比</h2>
      <p>
        {words.last}公示：{before.title}
      </p>
      <table className="finance-compared">
        <thead>
          <tr>
            <th scope="col">项目</th>
            <th scope="col">{words.this}</th>
            <th scope="col">{words.last}</th>
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
              <td>{change(fen, before_fen, period)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
