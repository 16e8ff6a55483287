import './preview.css';

import { useLayoutEffect, useRef, useState } from 'react';

import { fileAt } from '../../api/bulletins';
import type { Block } from '../../api/types';
import type { TvSize } from '../../kit/tv/tv';
import { Tv, TV_SIZES } from '../../kit/tv/tv';
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

/** The article about as a television lays it out. Which page of it is shown, and how large, is chosen here. */
export function Preview({ article, first = '1.5' }: { article: Article; first?: TvSize }) {
  const [size, setSize] = useState<TvSize>(first);
  const [page, setPage] = useState(0);
  const text = useRef<HTMLDivElement>(null);
  const pages = usePages(text, article, size);
  const shown = Math.min(page, pages - 1);
  return (
    <Tv
      size={size}
      onSize={setSize}
      hints={
        <>
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
        </>
      }
      at={shown}
      all={pages}
      onAt={setPage}
      said={`${TV_SIZES[size]} 时 ${pages} 屏，大致这样，换行可能差几个字`}
    >
      <div className="tv-window">
        <div ref={text} className="tv-text" style={{ transform: `translateY(${-shown * 100}%)` }}>
          <Text article={article} />
        </div>
      </div>
    </Tv>
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

/** How many screens the text takes. Fonts and pictures may come later. */
function usePages(text: React.RefObject<HTMLElement>, article: Article, size: TvSize): number {
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
