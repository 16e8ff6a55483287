import '../../kit/collection/collection.css';
import './preview.css';

import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useLayoutEffect, useRef, useState } from 'react';

import { fileAt } from '../../api/bulletins';
import type { Block } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import { day } from '../../words/time';
import type { TableBlock } from '../blocks';
import { INLINE_ROWS } from '../blocks';

/** What a television shows of a bulletin. */
export interface Article {
  title: string;
  /** Name of who publishes it. */
  office: string;
  /** When it was published, or now, Unix ms. */
  at_ms: number;
  body: readonly Block[];
}

const SIZES = { '1': '100 %', '1.25': '125 %', '1.5': '150 %' } as const;
type Size = keyof typeof SIZES;

/** The television's screen is always as wide. */
const SCREEN_WIDTH = 1920;

/**
 * The article about as a television lays it out: its type, colours and widths are those of `ui/tokens.slint`,
 * lines break where this browser breaks them. Which page of it is shown, and how large, is chosen here.
 */
export function Preview({ article, first = '1.5' }: { article: Article; first?: Size }) {
  const [size, setSize] = useState<Size>(first);
  const [page, setPage] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const pages = usePages(text, article, size);
  const shown = Math.min(page, pages - 1);
  return (
    <section className="tv" aria-label="电视上的样子">
      <div className="tv-head">
        <h3>电视上的样子</h3>
        <span className="spacer" />
        <PartChoice
          label="字号"
          value={size}
          choices={Object.entries(SIZES).map(([value, label]) => ({ value: value as Size, label }))}
          onChange={setSize}
        />
      </div>
      <div ref={place} className="tv-frame">
        <div
          className={`tv-screen tv-size-${size.replace('.', '')}`}
          style={{ transform: `scale(${width / SCREEN_WIDTH})` }}
        >
          <div className="tv-bar">
            <span className="tv-back" aria-hidden>
              ←<small>返回</small>
            </span>
          </div>
          <div className="tv-window">
            <div
              ref={text}
              className="tv-text"
              style={{ transform: `translateY(${-shown * 100}%)` }}
            >
              <Text article={article} />
            </div>
          </div>
          <div className="tv-hints" aria-hidden>
            <span>
              <b>上下键</b>翻看
            </span>
            <span>
              <b className="tv-yellow">黄</b>朗读
            </span>
            <span>
              <b className="tv-blue">蓝</b>字号
            </span>
            <span className="spacer" />第 {shown + 1} 屏，共 {pages} 屏
          </div>
        </div>
      </div>
      <div className="tv-foot">
        <Button
          type="text"
          icon={<LeftOutlined aria-hidden />}
          disabled={shown === 0}
          onClick={() => setPage(shown - 1)}
        >
          上一屏
        </Button>
        <span role="status">
          {SIZES[size]} 时 {pages} 屏，大致这样，换行可能差几个字
        </span>
        <Button
          type="text"
          icon={<RightOutlined aria-hidden />}
          iconPosition="end"
          disabled={shown >= pages - 1}
          onClick={() => setPage(shown + 1)}
        >
          下一屏
        </Button>
      </div>
    </section>
  );
}

function Text({ article: { title, office, at_ms, body } }: { article: Article }) {
  return (
    <>
      <p className="tv-title">{title || '还没有标题'}</p>
      <p className="tv-meta">{`${office}\u3000${day(at_ms, Date.now())}`}</p>
      {body.map((block, n) => (
        <Piece key={n} block={block} />
      ))}
    </>
  );
}

function Piece({ block }: { block: Block }) {
  switch (block.type) {
    case 'heading':
      return <p className="tv-heading">{block.text}</p>;
    case 'paragraph':
      return <p className="tv-paragraph">{block.text}</p>;
    case 'item':
      return (
        <p className="tv-item">
          <span>{block.marker}</span>
          {block.text}
        </p>
      );
    case 'picture':
      return (
        <figure className="tv-picture">
          <img
            src={fileAt(block.screen.name)}
            alt={block.caption || '没有说明的图片'}
            width={block.width}
            height={block.height}
          />
          {block.caption && <figcaption>{block.caption}</figcaption>}
        </figure>
      );
    case 'table':
      return <TablePiece table={block} />;
  }
}

/** A long table has a screen of its own; in the text there is its beginning. */
function TablePiece({ table: { title, header, rows, numeric = [] } }: { table: TableBlock }) {
  const all = rows.length <= INLINE_ROWS;
  const side = (column: number) => (numeric[column] === true ? 'tv-number' : undefined);
  return (
    <div className="tv-table">
      {title && <p className="tv-heading">{title}</p>}
      <table>
        <thead>
          <tr>
            {header.map((cell, column) => (
              <th key={column} scope="col" className={side(column)}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, all ? rows.length : INLINE_ROWS - 1).map((row, n) => (
            <tr key={n}>
              {row.map((cell, column) => (
                <td key={column} className={side(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {!all && <p className="tv-meta">共 {rows.length} 行，按确定看全表</p>}
    </div>
  );
}

/** How wide something is on the page, in CSS px. */
function useWidth(of: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

/** How many screens the text takes. Fonts and pictures may come later. */
function usePages(text: React.RefObject<HTMLElement>, article: Article, size: Size): number {
  const [pages, setPages] = useState(1);
  useLayoutEffect(() => {
    const element = text.current;
    if (!element) return;
    const count = () =>
      setPages(
        Math.max(1, Math.ceil((element.scrollHeight - 4) / Math.max(1, element.clientHeight))),
      );
    count();
    const observer = new ResizeObserver(count);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [text, article, size]);
  return pages;
}
