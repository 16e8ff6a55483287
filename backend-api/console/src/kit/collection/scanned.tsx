import { Button } from 'antd';
import type { ReactNode } from 'react';

import type { Pager } from './pages';
import { byCursor } from './pages';

interface Turns {
  page: number;
  shown: number;
  /** How many were looked at for this page. */
  looked: number;
  /** Cursor of what was not looked at yet. */
  next: string | null | undefined;
  forward: (next: string) => void;
  backward: () => void;
}

/** Pages of a list that is looked through: says how far, since another page may have what this one has not. */
export function byLooking({ page, shown, looked, next, forward, backward }: Turns): Pager | null {
  const pager = byCursor({ page, shown, next, forward, backward });
  if (pager === null) return null;
  return {
    ...pager,
    words: `第 ${page} 页：看了 ${looked} 条，符合的 ${shown} 条${next ? '，后面还没有看' : '，已经看完'}`,
  };
}

/** What stands in place of rows while there are none so far: that one can look further. */
export function noneSoFar(turns: Turns): ReactNode | null {
  const { shown, looked, next, forward } = turns;
  if (shown > 0 || !next) return null;
  return (
    <>
      <p>前面 {looked} 条里没有符合条件的，后面还没有看。</p>
      <Button type="primary" onClick={() => forward(next)}>
        接着找
      </Button>
    </>
  );
}
