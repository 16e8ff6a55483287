import { Popover } from 'antd';
import { memo, useEffect, useRef } from 'react';

import { Select } from '../../kit/select';
import { CellEditor } from './cell_editor';
import type { Field, Row } from './columns';
import { COLUMNS, letter } from './columns';
import type { Problem } from './problems';
import { shown } from './problems';
import type { Work } from './work';

/** A cell by its line and column. */
export interface Spot {
  line: number;
  at: number;
}

interface Props {
  work: Work;
  rows: readonly Row[];
  /** By line. */
  problems: ReadonlyMap<number, readonly Problem[]>;
  spot: Spot | null;
  onSpot: (spot: Spot | null) => void;
  onCell: (spot: Spot, text: string) => void;
  onField: (at: number, field: Field | null) => void;
  onSkip: (line: number, skip: boolean) => void;
}

/** A page of the table as its spreadsheet shows it; what is wrong stands in its cell. */
export function Grid({ work, rows, problems, spot, onSpot, onCell, onField, onSkip }: Props) {
  const { header, fields } = work.sheet;
  return (
    <div className="import-grid">
      <table>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              行
            </th>
            {header.map((_, at) => (
              <th key={at} scope="col" className="import-letter">
                {letter(at)}
              </th>
            ))}
          </tr>
          <tr>
            {header.map((text, at) => (
              <th key={at} scope="col">
                <span className="import-header">{text || '（没有列名）'}</span>
                <Select<Field | 'none'>
                  variant="borderless"
                  aria-label={`${letter(at)} 列是什么`}
                  className={fields[at] ? 'import-known' : 'import-unknown'}
                  popupMatchSelectWidth={false}
                  value={fields[at] ?? 'none'}
                  options={[
                    ...COLUMNS[work.what].map(({ field, title }) => ({
                      value: field,
                      label: `→ ${title}`,
                    })),
                    { value: 'none' as const, label: '不导入' },
                  ]}
                  onChange={(field) => onField(at, field === 'none' ? null : field)}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <GridRow
              key={row.line}
              row={row}
              fields={fields}
              problems={problems.get(row.line) ?? NONE}
              skipped={work.skipped.has(row.line)}
              written={work.written.has(row.line)}
              active={spot?.line === row.line ? spot.at : null}
              onSpot={onSpot}
              onCell={onCell}
              onSkip={onSkip}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const NONE: readonly Problem[] = [];

interface RowProps {
  row: Row;
  fields: readonly (Field | null)[];
  problems: readonly Problem[];
  skipped: boolean;
  written: boolean;
  active: number | null;
  onSpot: (spot: Spot | null) => void;
  onCell: (spot: Spot, text: string) => void;
  onSkip: (line: number, skip: boolean) => void;
}

const GridRow = memo(function GridRow(props: RowProps) {
  const { row, fields, problems, skipped, written, active, onSpot, onCell, onSkip } = props;
  const place = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (active !== null) place.current?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [active]);
  const of = (at: number) =>
    problems.filter((one) => one.at === at || (one.at === null && at === 0));
  const className = skipped ? 'import-skipped' : written ? 'import-written' : '';
  return (
    <tr ref={place} className={className}>
      <th scope="row">
        {row.line}
        {written && <small>已写</small>}
        {skipped && <small>不导</small>}
      </th>
      {row.cells.map((text, at) => {
        const wrong = of(at);
        const content = (
          <button
            type="button"
            onClick={() => onSpot({ line: row.line, at })}
            title={wrong.map(({ words }) => words).join('；')}
          >
            {shown(fields[at] ?? null, text) || <i>空</i>}
          </button>
        );
        return (
          <td key={at} className={wrong.length > 0 ? 'import-wrong' : ''}>
            {active === at ? (
              <Popover
                open
                placement="bottomLeft"
                content={
                  <CellEditor
                    line={row.line}
                    at={at}
                    text={text}
                    problems={wrong}
                    skipped={skipped}
                    onChange={(typed) => onCell({ line: row.line, at }, typed)}
                    onSkip={(skip) => onSkip(row.line, skip)}
                    onClose={() => onSpot(null)}
                  />
                }
              >
                {content}
              </Popover>
            ) : (
              content
            )}
          </td>
        );
      })}
    </tr>
  );
});
