import '../../kit/collection/collection.css';
import './preview.css';

import { Alert, Button } from 'antd';
import { useLayoutEffect, useRef, useState } from 'react';

import { fileAt } from '../../api/bulletins';
import type { Shown, TextSize } from '../../api/previews';
import { usePreview } from '../../api/previews';
import { sentence } from '../../api/refusal';
import type { Block } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import type { TvSize } from '../../kit/tv/tv';
import { TV_SIZES, TvFoot, TvFrame, TvSizeChoice } from '../../kit/tv/tv';
import { day } from '../../words/time';
import type { TableBlock } from '../blocks';
import { INLINE_ROWS } from '../blocks';
import { Screens } from './pages';
import type { Standing } from './screens';
import { extent, isOlder } from './screens';

/** What a television shows of a bulletin. */
export interface Article {
  title: string;
  /** Name of who publishes it. */
  office: string;
  /** When it was published, or now, Unix ms. */
  at_ms: number;
  body: readonly Block[];
}

const PERCENT: Record<TvSize, TextSize> = { '1': 100, '1.25': 125, '1.5': 150 };

/** The television's own pictures, or the text as it is written, about as a television would show it. */
type Look = 'screen' | 'rough';

interface Props {
  article: Article;
  first?: TvSize;
  /** What the server has of it; `null`: nothing yet. */
  standing: Standing | null;
  /**
   * While it is written: brings what is written to the server, so that the television can show it; `null`: it did
   * not come to that, and why is said elsewhere. Left out: nothing is written here.
   */
  save?: () => Promise<Omit<Standing, 'dirty'> | null>;
  /** The pictures come without being asked for. */
  auto?: boolean;
}

/**
 * A bulletin on a television: pictures that the television's own program makes on the server, at each of its text
 * sizes and page by page; and while it is written, or where that program is not, the text about as it would be.
 */
export function Preview({ article, first = '1.5', standing, save, auto = false }: Props) {
  const [size, setSize] = useState<TvSize>(first);
  const [look, setLook] = useState<Look>(auto && standing ? 'screen' : 'rough');
  const [asked, setAsked] = useState<Omit<Standing, 'dirty'> | null>(null);
  const [busy, setBusy] = useState(false);
  const wanted = save ? asked : standing;
  const of: Shown | null = wanted && { kind: 'bulletins', id: wanted.id, version: wanted.version };
  const { data, error, isFetching, refetch } = usePreview(
    look === 'screen' ? of : null,
    PERCENT[size],
  );
  const absent = data?.state === 'not_installed';
  const show = async () => {
    setLook('screen');
    if (!save) return;
    setBusy(true);
    try {
      const saved = await save();
      if (saved === null) setLook('rough');
      else setAsked({ id: saved.id, version: saved.version });
    } finally {
      setBusy(false);
    }
  };
  const older = data !== undefined && isOlder(data.version, standing);
  const waits = busy || (isFetching && !data);
  const isScreen = look === 'screen' && data !== undefined && data.pages.length > 0;
  return (
    <section className="tv" aria-label="电视上的样子">
      <div className="tv-head">
        <h3>电视上的样子</h3>
        <span className="spacer" />
        {(save !== undefined || standing !== null) && (
          <PartChoice
            label="看什么"
            value={look}
            choices={[
              { value: 'screen', label: '真画面' },
              { value: 'rough', label: save ? '边写边看' : '大致' },
            ]}
            onChange={(next) => (next === 'screen' ? void show() : setLook('rough'))}
          />
        )}
        <TvSizeChoice size={size} onSize={setSize} />
      </div>
      {look === 'screen' && waits && (
        <p className="tv-note" role="status">
          正在画电视上的画面，要几秒。下面先是大致的样子。
        </p>
      )}
      {look === 'screen' && absent && (
        <Alert
          className="tv-note"
          type="info"
          showIcon
          message="服务器上没有安装电视程序，看不到真画面。下面是大致的样子，换行可能差几个字。"
        />
      )}
      {look === 'screen' && !data && error !== null && (
        <Alert
          className="tv-note"
          type="warning"
          showIcon
          message={`${sentence(error)}下面是大致的样子。`}
          action={<Button onClick={() => void refetch()}>再试一次</Button>}
        />
      )}
      {isScreen && older && (
        <Alert
          className="tv-note"
          type="warning"
          showIcon
          message={`画面比文字旧：这是第 ${data.version} 版的，之后又改过。`}
          action={
            <Button loading={busy} onClick={() => void show()}>
              按现在的重画
            </Button>
          }
        />
      )}
      {isScreen ? (
        <Screens
          key={`${data.version} ${data.text_size}`}
          pages={data.pages}
          title={article.title}
          words={extent(data, PERCENT[size])}
        />
      ) : (
        <Rough article={article} size={size} />
      )}
    </section>
  );
}

/**
 * The article about as a television lays it out: its type, colours and widths are those of `ui/tokens.slint`,
 * lines break where this browser breaks them.
 */
function Rough({ article, size }: { article: Article; size: TvSize }) {
  const [page, setPage] = useState(0);
  const text = useRef<HTMLDivElement>(null);
  const pages = usePages(text, article, size);
  const shown = Math.min(page, pages - 1);
  return (
    <>
      <TvFrame
        size={size}
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
      >
        <div className="tv-window">
          <div ref={text} className="tv-text" style={{ transform: `translateY(${-shown * 100}%)` }}>
            <Text article={article} />
          </div>
        </div>
      </TvFrame>
      <TvFoot at={shown} all={pages} onAt={setPage}>
        {TV_SIZES[size]} 时 {pages} 屏，大致这样，换行可能差几个字
      </TvFoot>
    </>
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
