/** One block of the text, as it is written. */
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  InsertRowBelowOutlined,
  InsertRowRightOutlined,
} from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useRef } from 'react';

import { fileAt } from '../../api/bulletins';
import type { Caret, PictureBlock, TableBlock, TextBlock } from '../../bulletin/blocks';
import { INLINE_ROWS, shorthand } from '../../bulletin/blocks';
import type { TableChange } from '../../bulletin/tables';
import { changedTable } from '../../bulletin/tables';
import type { Confirmed } from '../../bulletin/writing';
import { MarkedField } from './marked_field';

interface TextProps {
  block: TextBlock;
  /** Which paragraph it is, for who does not see. */
  label: string;
  confirmed: Confirmed;
  /** Where to go on writing in it, after a change that moved the writing here. */
  caret: Caret | null;
  /** `at`: where the writing goes on, if that is not where the browser has it. */
  onChange: (block: TextBlock, at?: number) => void;
  onFocus: (at: number) => void;
  /** What is chosen between the two goes. */
  onEnter: (start: number, end: number) => void;
  onBack: () => void;
  /** To the text above or below. */
  onLeave: (by: -1 | 1) => void;
}

export function TextField({ block, label, confirmed, caret, ...on }: TextProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (caret === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret.at, caret.at);
  }, [caret]);
  const keys = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    const { selectionStart: start, selectionEnd: end, value } = event.currentTarget;
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = (deed: () => void) => {
      event.preventDefault();
      deed();
    };
    if (event.key === 'Enter' && !event.shiftKey) act(() => on.onEnter(start, end));
    else if (event.key === 'Backspace' && start === 0 && end === 0) act(on.onBack);
    else if (event.key === 'ArrowUp' && start === 0 && end === 0) act(() => on.onLeave(-1));
    else if (event.key === 'ArrowDown' && start === value.length) act(() => on.onLeave(1));
  };
  return (
    <div className={`block-text block-${block.type}`}>
      {block.type === 'item' && <span className="block-marker">{block.marker}</span>}
      <MarkedField
        ref={field}
        value={block.text}
        confirmed={confirmed}
        aria-label={label}
        data-block="text"
        onKeyDown={keys}
        onSelect={({ currentTarget }) => on.onFocus(currentTarget.selectionStart)}
        onFocus={({ currentTarget }) => on.onFocus(currentTarget.selectionStart)}
        onChange={({ target }) => {
          const text = target.value.replace(/\n/g, ' ');
          const next = shorthand({ ...block, text });
          const taken = text.length - next.text.length;
          if (taken === 0) on.onChange(next);
          else on.onChange(next, Math.max(0, target.selectionStart - taken));
        }}
      />
    </div>
  );
}

interface ActsProps {
  label: string;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** What can be done with a table or a picture as a whole. */
function BlockActs({ label, onMove, onRemove }: ActsProps) {
  return (
    <>
      <Button
        type="text"
        icon={<ArrowUpOutlined aria-hidden />}
        aria-label={`${label}往上移`}
        onClick={() => onMove(-1)}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined aria-hidden />}
        aria-label={`${label}往下移`}
        onClick={() => onMove(1)}
      />
      <Button type="text" icon={<DeleteOutlined aria-hidden />} onClick={onRemove}>
        删掉{label}
      </Button>
    </>
  );
}

interface TableProps extends Omit<ActsProps, 'label'> {
  table: TableBlock;
  confirmed: Confirmed;
  onFocus: () => void;
  onChange: (table: TableBlock) => void;
}

export function TableField({ table, confirmed, onFocus, onChange, ...acts }: TableProps) {
  const { title = '', header, rows, numeric = [] } = table;
  const change = (what: TableChange) => onChange(changedTable(table, what));
  const cell = (label: string, value: string, onText: (text: string) => void, number: boolean) => (
    <MarkedField
      className={number ? 'cell-number' : ''}
      value={value}
      confirmed={confirmed}
      aria-label={label}
      onChange={({ target }) => onText(target.value.replace(/\n/g, ' '))}
    />
  );
  return (
    <div className="block-table" onFocus={onFocus}>
      <Input
        className="block-table-title"
        value={title}
        placeholder="表格的题目，可以不写"
        aria-label="表格的题目"
        onChange={({ target }) => change({ what: 'title', text: target.value })}
      />
      <div className="block-table-scroll">
        <table>
          <thead>
            <tr>
              {header.map((text, column) => (
                <th key={column} scope="col">
                  {cell(
                    `表头第 ${column + 1} 格`,
                    text,
                    (next) => change({ what: 'head', column, text: next }),
                    numeric[column] === true,
                  )}
                </th>
              ))}
              <td className="block-table-act" />
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                {cells.map((text, column) => (
                  <td key={column}>
                    {cell(
                      `第 ${row + 1} 行第 ${column + 1} 格`,
                      text,
                      (next) => change({ what: 'cell', row, column, text: next }),
                      numeric[column] === true,
                    )}
                  </td>
                ))}
                <td className="block-table-act">
                  <Button
                    type="text"
                    icon={<DeleteOutlined aria-hidden />}
                    aria-label={`删掉第 ${row + 1} 行`}
                    onClick={() => change({ what: 'remove row', row })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="block-acts">
        <Button
          type="text"
          icon={<InsertRowBelowOutlined aria-hidden />}
          onClick={() => change({ what: 'add row', after: rows.length - 1 })}
        >
          加一行
        </Button>
        <Button
          type="text"
          icon={<InsertRowRightOutlined aria-hidden />}
          onClick={() => change({ what: 'add column' })}
        >
          加一列
        </Button>
        <Button
          type="text"
          disabled={header.length <= 1}
          onClick={() => change({ what: 'remove column', column: header.length - 1 })}
        >
          去掉最后一列
        </Button>
        <span className="spacer" />
        <BlockActs label="表格" {...acts} />
      </div>
      {rows.length > INLINE_ROWS && (
        <p className="block-note">
          有 {rows.length} 行：电视正文里显示前 {INLINE_ROWS - 1} 行，按确定看全表。
        </p>
      )}
    </div>
  );
}

interface PictureProps extends Omit<ActsProps, 'label'> {
  picture: PictureBlock;
  confirmed: Confirmed;
  onFocus: () => void;
  onChange: (picture: PictureBlock) => void;
}

export function PictureField({ picture, confirmed, onFocus, onChange, ...acts }: PictureProps) {
  return (
    <div className="block-picture" onFocus={onFocus}>
      <img src={fileAt(picture.thumb.name)} alt={picture.caption || '还没有说明的图片'} />
      <div>
        <MarkedField
          className="marked-boxed"
          value={picture.caption ?? ''}
          confirmed={confirmed}
          placeholder="图片上是什么，朗读时会念"
          aria-label="图片说明"
          maxLength={200}
          onChange={({ target }) =>
            onChange({ ...picture, caption: target.value.replace(/\n/g, ' ') })
          }
        />
        <div className="block-acts">
          <BlockActs label="图片" {...acts} />
        </div>
      </div>
    </div>
  );
}
