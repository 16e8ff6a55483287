import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';

import { letter } from './columns';
import type { Spot } from './grid';
import type { Problem } from './problems';

/** More would only make the page slow; mending some brings the next. */
const MOST = 200;

interface Props {
  problems: readonly Problem[];
  /** How many rows they are in. */
  lines: number;
  spot: Spot | null;
  onSpot: (spot: Spot) => void;
  onDownload: () => void;
}

/** All that is wrong, in the order of the table; each leads to its cell. */
export function ProblemList({ problems, lines, spot, onSpot, onDownload }: Props) {
  return (
    <aside className="import-problems card" aria-label="问题">
      <h2>{problems.length === 0 ? '没有问题' : `${problems.length} 个问题`}</h2>
      <ul>
        {problems.slice(0, MOST).map((one) => {
          const at = one.at ?? 0;
          const here = spot?.line === one.line && spot.at === at;
          return (
            <li key={`${one.line} ${at} ${one.words}`}>
              <button
                type="button"
                aria-pressed={here}
                onClick={() => onSpot({ line: one.line, at })}
              >
                <b>
                  {one.at === null ? '' : letter(at)}
                  {one.line}
                </b>
                <span>
                  {one.words}
                  {one.fix && <small>{one.fix.words}</small>}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {problems.length > MOST && <p>还有 {problems.length - MOST} 个，改好前面的就出来。</p>}
      {lines > 0 && (
        <footer>
          <Button icon={<DownloadOutlined aria-hidden />} onClick={onDownload}>
            下载这 {lines} 行
          </Button>
          <span>改好再传也行</span>
        </footer>
      )}
    </aside>
  );
}
