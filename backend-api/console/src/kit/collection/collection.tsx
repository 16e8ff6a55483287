import './collection.css';

import { CloseOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';

import { InSight } from '../in_sight';
import type { ListQuery } from './list_states';
import { ListStates } from './list_states';
import type { Pager } from './pages';
import type { BulkResult, Selection } from './selection';
import { became, extent, kept, NONE, toggled, toggledAll } from './selection';

/** What can be done to several rows at once. */
export interface Bulk<T> {
  /** How they are counted: `场会议`. */
  unit: string;
  /** Whether anything can be done to this one. */
  can: (row: T) => boolean;
  name: (row: T) => string;
  actions: readonly BulkAction<T>[];
}

export interface BulkAction<T> {
  /** With … at the end if it asks first. */
  label: string;
  /** What was done, after a number: `已取消`. */
  done: string;
  icon?: ReactNode;
  /** `null`: it was thought better of. */
  run: (rows: readonly T[]) => Promise<BulkResult<T> | null>;
}

/** How a row says that it is selected. */
export interface Picking<T> {
  /** The row's box; nothing where nothing can be selected. */
  box: (row: T) => ReactNode;
  isPicked: (row: T) => boolean;
}

interface Props<T> {
  query: ListQuery;
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Fields of the filters; the head of the card. */
  filters?: ReactNode;
  empty: ReactNode;
  onClear?: (() => void) | undefined;
  pager?: Pager | null;
  bulk?: Bulk<T> | undefined;
  /** Left out, the list stands in a card. */
  bare?: boolean;
  children: (rows: readonly T[], picking: Picking<T>) => ReactNode;
}

/** A page of a list: its filters, what is selected, its states, its pages. */
export function Collection<T>(props: Props<T>) {
  const { query, rows, rowKey, filters, empty, onClear, pager, bulk, bare, children } = props;
  const [selected, setSelected] = useState<Selection>(NONE);
  const keys = bulk ? rows.filter(bulk.can).map(rowKey) : [];
  const selection = kept(selected, keys);
  const picking: Picking<T> = {
    isPicked: (row) => selection.has(rowKey(row)),
    box: (row) =>
      bulk === undefined ? null : !bulk.can(row) ? (
        <span className="pick pick-none" />
      ) : (
        <Checkbox
          className="pick"
          aria-label={`选择${bulk.name(row)}`}
          checked={selection.has(rowKey(row))}
          onChange={() => setSelected(toggled(selection, rowKey(row)))}
        />
      ),
  };
  return (
    <div className={bare ? 'collection' : 'collection card'}>
      {filters && <div className="collection-filters">{filters}</div>}
      {bulk && (
        <BulkBar
          bulk={bulk}
          rows={rows.filter(picking.isPicked)}
          extent={extent(selection, keys)}
          onAll={() => setSelected(toggledAll(selection, keys))}
          onNone={() => setSelected(NONE)}
        />
      )}
      <ListStates query={query} count={rows.length} empty={empty} onClear={onClear}>
        {children(rows, picking)}
      </ListStates>
      {pager && <PagerBar pager={pager} />}
    </div>
  );
}

interface BarProps<T> {
  bulk: Bulk<T>;
  rows: readonly T[];
  extent: 'none' | 'some' | 'all';
  onAll: () => void;
  onNone: () => void;
}

/** How many are selected and what can be done to them; afterwards, what became of it. */
function BulkBar<T>({ bulk, rows, extent: how, onAll, onNone }: BarProps<T>) {
  const [busy, setBusy] = useState<string | null>(null);
  const [result, setResult] = useState<{ done: string; of: BulkResult<T> } | null>(null);
  const run = async (action: BulkAction<T>) => {
    setResult(null);
    setBusy(action.label);
    const of = await became(rows, action.run);
    setBusy(null);
    if (of === null) return;
    setResult({ done: action.done, of });
    onNone();
  };
  return (
    <>
      {result && (
        <InSight className="bulk-result">
          <Alert
            type={result.of.failed.length > 0 ? 'warning' : 'success'}
            showIcon
            closable={{ closeIcon: <CloseOutlined aria-hidden />, 'aria-label': '知道了' }}
            onClose={() => setResult(null)}
            message={`${result.of.done.length} ${bulk.unit}${result.done}${
              result.of.failed.length > 0 ? `，${result.of.failed.length} ${bulk.unit}没有` : ''
            }。`}
            description={
              result.of.failed.length > 0 && (
                <ul>
                  {result.of.failed.map(({ item, words }) => (
                    <li key={bulk.name(item)}>
                      {bulk.name(item)}：{words}
                    </li>
                  ))}
                </ul>
              )
            }
          />
        </InSight>
      )}
      {how !== 'none' && (
        <div className="bulk-bar" role="toolbar" aria-label="选中的">
          <Checkbox
            aria-label="全选"
            indeterminate={how === 'some'}
            checked={how === 'all'}
            onChange={onAll}
          />
          <strong role="status">
            选了 {rows.length} {bulk.unit}
          </strong>
          {bulk.actions.map((action) => (
            <Button
              key={action.label}
              icon={action.icon}
              loading={busy === action.label}
              disabled={busy !== null}
              onClick={() => void run(action)}
            >
              {action.label}
            </Button>
          ))}
          <span className="spacer" />
          <Button type="text" disabled={busy !== null} onClick={onNone}>
            取消选择
          </Button>
        </div>
      )}
    </>
  );
}

function PagerBar({ pager }: { pager: Pager }) {
  const { words, onPrevious, onNext } = pager;
  return (
    <nav className="pager" aria-label="翻页">
      <span>{words}</span>
      <span className="spacer" />
      <Button
        icon={<LeftOutlined aria-hidden />}
        disabled={onPrevious === null}
        onClick={() => onPrevious?.()}
      >
        上一页
      </Button>
      <Button
        icon={<RightOutlined aria-hidden />}
        iconPosition="end"
        disabled={onNext === null}
        onClick={() => onNext?.()}
      >
        下一页
      </Button>
    </nav>
  );
}
