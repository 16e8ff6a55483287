import { fileAt } from '../api/bulletins';
import type { Block } from '../api/types';
import { PrintSheet, SheetTable } from '../kit/print/sheet';
import { day } from '../words/time';

interface Props {
  title: string;
  /** Name of who publishes it. */
  office: string;
  /** When it was published, Unix ms; `null`: it was not. */
  published_at_ms: number | null;
  body: readonly Block[];
}

/** A bulletin on paper, its tables whole: to hang it up, or to file it. */
export function BulletinSheet({ title, office, published_at_ms: at, body }: Props) {
  const dated = at === null ? '还没有发布' : `${day(at, 0)} 发布`;
  return (
    <PrintSheet title={title} note={`${office}，${dated}`}>
      {body.map((block, n) => (
        <Piece key={n} block={block} />
      ))}
    </PrintSheet>
  );
}

function Piece({ block }: { block: Block }) {
  switch (block.type) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p className="sheet-text">{block.text}</p>;
    case 'item':
      return (
        <p>
          {block.marker} {block.text}
        </p>
      );
    case 'picture':
      return (
        <>
          <img src={fileAt(block.screen.name)} alt={block.caption || '没有说明的图片'} />
          {block.caption && <p className="sheet-caption">{block.caption}</p>}
        </>
      );
    case 'table':
      return (
        <>
          {block.title && <h2>{block.title}</h2>}
          <SheetTable head={block.header} rows={block.rows} figures={block.numeric ?? []} />
        </>
      );
  }
}
