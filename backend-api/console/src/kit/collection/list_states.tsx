import './list_states.css';

import { Button, Empty } from 'antd';
import type { ReactNode } from 'react';

import { Problem } from '../problem';
import { moment } from '../../words/time';
import { useNow } from '../use_now';

/** What a page knows of its list: the state of a query. */
export interface ListQuery {
  isPending: boolean;
  error: Error | null;
  /** When what is shown came, Unix ms. */
  dataUpdatedAt: number;
  refetch: () => unknown;
}

interface Props {
  query: ListQuery;
  /** How many there are to show. */
  count: number;
  /** Said when there is nothing at all: what will appear here, and how. */
  empty: ReactNode;
  /** Takes the filters off; left out: nothing is filtered. */
  onClear?: (() => void) | undefined;
  children: ReactNode;
}

/** A list while it loads, when it is empty, when it cannot be had, and when only an old one can. */
export function ListStates({ query, count, empty, onClear, children }: Props) {
  const { isPending, error, dataUpdatedAt, refetch } = query;
  const now = useNow(30_000);
  if (isPending && error === null) {
    return (
      <div className="list-loading" role="status">
        <span aria-hidden />
        <span aria-hidden />
        <span aria-hidden />
        正在读取
      </div>
    );
  }
  const old = error !== null && dataUpdatedAt > 0;
  return (
    <>
      {error !== null && (
        <div className="list-problem">
          <Problem
            error={error}
            retry={refetch}
            more={old ? `现在显示的是${moment(dataUpdatedAt, now)}读到的内容。` : undefined}
          />
        </div>
      )}
      {count > 0 && children}
      {count === 0 && (error === null || old) && (
        <Empty
          className="list-empty"
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={onClear ? '没有符合条件的。' : empty}
        >
          {onClear && <Button onClick={onClear}>去掉筛选条件</Button>}
        </Empty>
      )}
    </>
  );
}
