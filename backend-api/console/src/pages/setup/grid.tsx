import { DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { memo, useCallback, useEffect, useRef } from 'react';

import { ORGANIZATION_KIND } from '../../words/organizations';
import type { Column, Row, Troubles } from './rows';
import { cellKey, COLUMNS, isEmpty, isTable, kindOf, pasted, TITLES } from './rows';

interface Props {
  rows: readonly Row[];
  /** Those that rows without a code are given. */
  codes: readonly string[];
  /** Name of what stands above rows that do not say it. */
  place: string;
  troubles: Troubles;
  onChange: (rows: Row[]) => void;
}

/** Cells as in a spreadsheet: Enter goes down, and what is pasted fills from the cell on. */
export function Grid({ rows, codes, place, troubles, onChange }: Props) {
  const now = useRef({ rows, onChange });
  useEffect(() => {
    now.current = { rows, onChange };
  });
  const write = useCallback((at: number, column: Column, text: string) => {
    const { rows: before, onChange: tell } = now.current;
    tell(before.map((row, index) => (index === at ? { ...row, [column]: text } : row)));
  }, []);
  const paste = useCallback((at: number, column: Column, text: string) => {
    const { rows: before, onChange: tell } = now.current;
    tell(pasted(before, text, at, column));
  }, []);
  const remove = useCallback((at: number) => {
    const { rows: before, onChange: tell } = now.current;
    tell(before.filter((_, index) => index !== at));
  }, []);
  return (
    <table className="places-table card">
      <thead>
        <tr>
          <th scope="col" aria-label="行" />
          {COLUMNS.map((column) => (
            <th key={column} scope="col">
              {TITLES[column]}
            </th>
          ))}
          <th scope="col" aria-label="删去" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Line
            // A row has nothing else that stays.
            key={index}
            row={row}
            index={index}
            code={codes[index] ?? ''}
            place={place}
            wrong={COLUMNS.map((column) => troubles.get(cellKey(index, column)) ?? '').join('\n')}
            write={write}
            paste={paste}
            remove={remove}
          />
        ))}
      </tbody>
    </table>
  );
}

interface LineProps {
  row: Row;
  index: number;
  code: string;
  place: string;
  /** What is wrong with each cell, one a line: so a row is drawn again only when it changed. */
  wrong: string;
  write: (at: number, column: Column, text: string) => void;
  paste: (at: number, column: Column, text: string) => void;
  remove: (at: number) => void;
}

/** Rows that a key goes down. */
const STEP: Readonly<Record<string, number | undefined>> = { ArrowDown: 1, Enter: 1, ArrowUp: -1 };

const Line = memo(function Line(props: LineProps) {
  const { row, index, code, place, wrong, write, paste, remove } = props;
  const troubles = wrong.split('\n');
  const kind = kindOf(row);
  const empty = isEmpty(row);
  const meant: Record<Column, string> = {
    name: '',
    kind: empty || kind === undefined ? '' : ORGANIZATION_KIND[kind],
    code: empty ? '' : code,
    parent: empty ? '' : place,
  };
  return (
    <tr>
      <th scope="row">{index + 1}</th>
      {COLUMNS.map((column, at) => {
        const trouble = troubles[at] ?? '';
        return (
          <td key={column} className={trouble === '' ? undefined : 'wrong'}>
            <input
              aria-label={`第 ${index + 1} 行${TITLES[column]}`}
              aria-invalid={trouble === '' ? undefined : true}
              value={row[column]}
              placeholder={meant[column]}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => write(index, column, event.target.value)}
              onPaste={(event) => {
                const text = event.clipboardData.getData('text/plain');
                if (!isTable(text)) return;
                event.preventDefault();
                paste(index, column, text);
              }}
              onKeyDown={(event) => {
                const step = STEP[event.key];
                // While a Chinese word is chosen, keys belong to that.
                if (step === undefined || event.nativeEvent.isComposing) return;
                event.preventDefault();
                below(event.currentTarget, step, at + 1)?.focus();
              }}
            />
            {trouble !== '' && <small>{trouble}</small>}
          </td>
        );
      })}
      <td>
        {!empty && (
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={`删去第 ${index + 1} 行`}
            title="删去这一行"
            onClick={() => remove(index)}
          />
        )}
      </td>
    </tr>
  );
});

function below(from: HTMLElement, step: number, column: number): HTMLElement | null {
  const line = from.closest('tr');
  const next = step > 0 ? line?.nextElementSibling : line?.previousElementSibling;
  return next?.children[column]?.querySelector('input') ?? null;
}
