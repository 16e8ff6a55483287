import './chart.css';

import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import { keepTable } from '../table_file';
import { ticks } from './scale';

export interface Point {
  /** What stands below it: `11月`. */
  label: string;
  /** `null`: there is nothing of it. */
  value: number | null;
  /** The value as it is read: `91.4%`. */
  words: string;
}

interface Props {
  title: string;
  note: string;
  points: readonly Point[];
  /** Heads of the two columns of the table. */
  head: readonly [string, string];
  /** What the file is called. */
  file: string;
  /** Where the scale ends; left out: above the highest. */
  top?: number;
}

const WIDE = 360;
const HIGH = 156;
const LEFT = 40;
const BOTTOM = 24;
const ABOVE = 20;

/** Bars in the order of time. The same as a table, on the page and as a file. */
export function Bars(props: Props) {
  const { title, note, points, head, file } = props;
  const [asTable, setAsTable] = useState(false);
  const rows = points.map(({ label, words }) => [label, words] as const);
  return (
    <section className="card chart" aria-label={title}>
      <div className="chart-head">
        <h2>{title}</h2>
        <span className="spacer" />
        <Button type="link" onClick={() => setAsTable(!asTable)}>
          {asTable ? '看图' : '看表'}
        </Button>
        <Button
          type="text"
          icon={<DownloadOutlined aria-hidden />}
          onClick={() => keepTable(file, [head, ...rows])}
        >
          下载
        </Button>
      </div>
      <p>{note}</p>
      {asTable ? <ChartTable head={head} rows={rows} /> : <Drawing {...props} />}
    </section>
  );
}

function ChartTable({
  head,
  rows,
}: {
  head: readonly [string, string];
  rows: readonly (readonly [string, string])[];
}) {
  return (
    <table className="chart-table">
      <thead>
        <tr>
          <th scope="col">{head[0]}</th>
          <td>{head[1]}</td>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, words]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{words}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Drawing({ title, points, top }: Props) {
  const most = top ?? Math.max(0, ...points.map(({ value }) => value ?? 0));
  const lines = ticks(most);
  const highest = lines[lines.length - 1] ?? 1;
  const y = (value: number) => ABOVE + (HIGH - ABOVE - BOTTOM) * (1 - value / highest);
  const step = (WIDE - LEFT) / Math.max(1, points.length);
  const read = points.map(({ label, words }) => `${label} ${words}`).join('，');
  return (
    <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={`${title}：${read}`}>
      {lines.map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDE} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 5} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {points.map(({ label, value, words }, at) => {
        const last = at === points.length - 1;
        const middle = LEFT + (at + 0.5) * step;
        // Of many labels each second one, so that none lies over another; the last one always stands.
        const named = (points.length - 1 - at) % (step < 36 ? 2 : 1) === 0;
        return (
          <g key={label}>
            {value !== null && (
              <rect
                className={last ? 'chart-last' : 'chart-bar'}
                x={middle - step * 0.35}
                width={step * 0.7}
                y={y(value)}
                height={Math.max(0, y(0) - y(value))}
                rx="2"
              />
            )}
            {named && (
              <text x={middle} y={HIGH - 6} textAnchor="middle">
                {label}
              </text>
            )}
            {last && value !== null && (
              <text
                className="chart-last-words"
                x={Math.min(WIDE, middle + step / 2)}
                y={y(value) - 5}
                textAnchor="end"
              >
                {words}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A row's own months, small: to see how one branch goes, not to compare it with another. */
export function Spark({ points, top }: { points: readonly Point[]; top: number }) {
  const step = 132 / Math.max(1, points.length);
  return (
    <svg
      className="spark"
      viewBox="0 0 132 28"
      role="img"
      aria-label={points.map(({ label, words }) => `${label} ${words}`).join('，')}
    >
      {points.map(({ label, value }, at) => {
        const high = value === null ? 0 : Math.max(1, (value / top) * 28);
        return (
          <rect
            key={label}
            className={at === points.length - 1 ? 'spark-last' : undefined}
            x={at * step}
            width={step - 3}
            y={28 - high}
            height={high}
          />
        );
      })}
    </svg>
  );
}
