import {
  CheckCircleFilled,
  FileTextOutlined,
  FontSizeOutlined,
  OrderedListOutlined,
  PictureOutlined,
  RedoOutlined,
  TableOutlined,
  UndoOutlined,
  UnorderedListOutlined,
  WarningFilled,
} from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useRef, useState } from 'react';

import type { Block, Picture } from '../../api/types';
import type { Caret, Keyed, Written } from '../../bulletin/blocks';
import {
  changed,
  inserted,
  isText,
  joined,
  moved,
  removed,
  retyped,
  split,
} from '../../bulletin/blocks';
import { blocksOf } from '../../bulletin/pasted';
import { emptyTable } from '../../bulletin/tables';
import { PictureField, TableField, TextField } from './blocks';
import { fromHtml } from './from_html';
import { isManuscript, useManuscript } from './use_manuscript';
import { usePhotos } from './use_photos';
import type { WritingDesk } from './use_writing';

/** What came of the last paste. */
interface Came {
  words: string;
  warns: boolean;
}

/** What was pasted, in words: only what is not seen at once. */
function came(blocks: readonly Block[], pictures: number): Came | null {
  const said = blocks.flatMap((block) =>
    block.type === 'table' ? [`${block.header.length} 列 ${block.rows.length + 1} 行`] : [],
  );
  const tables = said.length > 0 ? `粘贴的表格已转好：${said.join('；')}。` : '';
  if (pictures > 0) {
    return {
      words: `${tables}${pictures} 张图片没有转过来，请把图片另存成文件，再拖进来。`,
      warns: true,
    };
  }
  return tables === '' ? null : { words: tables, warns: false };
}

/** The text of a bulletin, block by block, with what is put into it. */
export function Body({ desk }: { desk: WritingDesk }) {
  const { writing, confirmed, caret, write } = desk;
  const { body } = writing;
  const photos = usePhotos();
  const chooser = useRef<HTMLInputElement>(null);
  const documents = useRef<HTMLInputElement>(null);
  /** Where the writing was last: what is put in goes there. */
  const here = useRef<Caret | null>(null);
  const [last, setLast] = useState<Came | null>(null);
  const [over, setOver] = useState(false);

  /** Does something to the text; where it moves the writing, the caret follows. */
  const edit = (change: (now: Keyed[]) => Written, as?: string) => {
    const done = change(desk.latest().body);
    write((now) => ({ ...now, body: done.body }), as);
    if (done.caret) {
      here.current = done.caret;
      desk.moveTo(done.caret);
    }
  };
  const put = (blocks: readonly Block[]) => edit((now) => inserted(now, here.current, blocks));
  /** They come while somebody goes on writing: one behind the other, below what was written then. */
  const upload = (files: readonly File[]) => {
    let after = here.current;
    const take = (picture: Picture) => {
      const { body: now } = desk.latest();
      const below = now.find(({ key }) => key === after?.key)?.block;
      const at = below && isText(below) ? below.text.length : 0;
      const done = inserted(now, after && { ...after, at }, [{ type: 'picture', ...picture }]);
      const known = new Set(now.map(({ key }) => key));
      const fresh = done.body.find(({ key, block }) => block.type === 'picture' && !known.has(key));
      if (fresh) after = { key: fresh.key, at: 0 };
      write((all) => ({ ...all, body: done.body }));
    };
    void photos.upload(files, take);
  };
  const manuscripts = useManuscript(put);
  /** Documents become text, everything else is taken for pictures. */
  const receive = (files: readonly File[]) => {
    const documents = files.filter(isManuscript);
    const others = files.filter((file) => !isManuscript(file));
    if (documents.length > 0) void manuscripts.turn(documents);
    if (others.length > 0) upload(others);
  };

  const paste = (event: React.ClipboardEvent) => {
    const { clipboardData: data } = event;
    const html = data.getData('text/html');
    const text = data.getData('text/plain');
    // A sheet puts a picture of itself beside its cells.
    if (data.files.length > 0 && text === '' && !html.includes('<table')) {
      event.preventDefault();
      receive([...data.files]);
      return;
    }
    const inCell = !(event.target as HTMLElement).matches('[data-block=text]');
    const { blocks, pictures } =
      html === '' ? { blocks: blocksOf(text), pictures: 0 } : fromHtml(html);
    const found = blocks.length > 0 ? blocks : blocksOf(text);
    const [only] = found;
    // Some words go where they are pasted, by the browser itself.
    if (inCell || only === undefined || (found.length === 1 && only.type === 'paragraph')) return;
    event.preventDefault();
    put(found);
    setLast(came(found, pictures));
  };
  const drop = (event: React.DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    receive([...event.dataTransfer.files]);
  };
  const dragged = (event: React.DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  /** To the text above or below, over what is no text. */
  const leave = (from: number, by: -1 | 1) => {
    const others = by === 1 ? body.slice(from + 1) : body.slice(0, from).reverse();
    const next = others.find(({ block }) => isText(block));
    if (!next || !isText(next.block)) return;
    const to = { key: next.key, at: by === 1 ? 0 : next.block.text.length };
    here.current = to;
    desk.moveTo(to);
  };
  const current = () => here.current?.key ?? body[body.length - 1]?.key ?? 0;
  const retype = (as: 'heading' | '•' | '1.') => {
    const key = current();
    const at = here.current?.at ?? 0;
    edit((now) => ({ body: retyped(now, key, as), caret: { key, at } }));
  };

  return (
    <div
      className={over ? 'writing-body writing-over' : 'writing-body'}
      role="group"
      aria-label="正文"
      onPaste={paste}
      onDragOver={dragged}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="writing-tools" role="toolbar" aria-label="正文里放什么">
        <Tool
          icon={<FontSizeOutlined aria-hidden />}
          words="小标题"
          onClick={() => retype('heading')}
        />
        <Tool
          icon={<UnorderedListOutlined aria-hidden />}
          words="条目"
          onClick={() => retype('•')}
        />
        <Tool
          icon={<OrderedListOutlined aria-hidden />}
          words="编号"
          onClick={() => retype('1.')}
        />
        <Tool
          icon={<TableOutlined aria-hidden />}
          words="表格"
          onClick={() => put([emptyTable()])}
        />
        <Tool
          icon={<PictureOutlined aria-hidden />}
          words="图片"
          onClick={() => chooser.current?.click()}
        />
        <Tool
          icon={<FileTextOutlined aria-hidden />}
          words="Word、PDF"
          onClick={() => documents.current?.click()}
        />
        <span className="spacer" />
        <Button
          type="text"
          icon={<UndoOutlined aria-hidden />}
          aria-label="撤销"
          disabled={desk.undo === null}
          onClick={() => desk.undo?.()}
        />
        <Button
          type="text"
          icon={<RedoOutlined aria-hidden />}
          aria-label="重做"
          disabled={desk.redo === null}
          onClick={() => desk.redo?.()}
        />
        <input
          ref={chooser}
          type="file"
          hidden
          multiple
          accept="image/jpeg,image/png,image/webp"
          aria-label="选图片"
          onChange={({ target }) => {
            upload([...(target.files ?? [])]);
            target.value = '';
          }}
        />
        <input
          ref={documents}
          type="file"
          hidden
          multiple
          accept=".pdf,.docx,.doc,.wps"
          aria-label="选 Word 或 PDF 文件"
          onChange={({ target }) => {
            void manuscripts.turn([...(target.files ?? [])]);
            target.value = '';
          }}
        />
      </div>
      <div className="writing-blocks">
        {body.map(({ key, block }, index) => {
          const rewrite = (next: Block, at?: number) =>
            edit(
              (now) => ({
                body: changed(now, key, next),
                ...(at === undefined ? {} : { caret: { key, at } }),
              }),
              `block ${key}`,
            );
          const acts = {
            onFocus: () => (here.current = { key, at: 0 }),
            onMove: (by: -1 | 1) => edit((now) => ({ body: moved(now, key, by) })),
            onRemove: () => edit((now) => ({ body: removed(now, key) })),
          };
          if (block.type === 'table') {
            return (
              <TableField
                key={key}
                table={block}
                confirmed={confirmed}
                onChange={rewrite}
                {...acts}
              />
            );
          }
          if (block.type === 'picture') {
            return (
              <PictureField
                key={key}
                picture={block}
                confirmed={confirmed}
                onChange={rewrite}
                {...acts}
              />
            );
          }
          return (
            <TextField
              key={key}
              block={block}
              label={`正文第 ${index + 1} 段`}
              confirmed={confirmed}
              caret={caret?.key === key ? caret : null}
              onChange={rewrite}
              onFocus={(at) => (here.current = { key, at })}
              onEnter={(start, end) =>
                edit((now) => {
                  const text = block.text.slice(0, start) + block.text.slice(end);
                  return split(changed(now, key, { ...block, text }), { key, at: start });
                })
              }
              onBack={() => edit((now) => joined(now, key))}
              onLeave={(by) => leave(index, by)}
            />
          );
        })}
      </div>
      <div className="writing-said" role="status">
        {last !== null && (
          <Said warns={last.warns} words={last.words}>
            <Button type="text" onClick={() => setLast(null)}>
              知道了
            </Button>
          </Said>
        )}
        {manuscripts.turning !== null && (
          <p>正在转“{manuscripts.turning}”，最多几分钟，可以接着写。</p>
        )}
        {manuscripts.turned.map((one) => (
          <div key={`${one.file.name} ${one.words}`} role="group" aria-label={one.file.name}>
            <Said
              warns={one.failed || one.remarks.length > 0}
              words={`${one.file.name}：${one.words}`}
            >
              <Button type="text" onClick={() => manuscripts.forget(one)}>
                知道了
              </Button>
            </Said>
            {one.remarks.length > 0 && (
              <>
                <p>和原文不一样、要看一看的地方：</p>
                <ul className="said-remarks">
                  {one.remarks.map(({ page, place, message }, at) => (
                    <li key={at}>
                      {page != null && `第 ${page} 页 `}
                      {place !== '' && `${place}：`}
                      {message}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        ))}
        {photos.left > 0 && <p>正在上传 {photos.left} 张图片，可以接着写。</p>}
        {photos.notTaken.map((one) => (
          <Said
            key={`${one.file.name} ${one.words}`}
            warns
            words={`${one.file.name}：${one.words}`}
          >
            {one.again && (
              <Button type="text" onClick={() => upload([one.file])}>
                再传一次
              </Button>
            )}
            <Button type="text" onClick={() => photos.forget(one)}>
              不传了
            </Button>
          </Said>
        ))}
        {last === null &&
          photos.left === 0 &&
          photos.notTaken.length === 0 &&
          manuscripts.turned.length === 0 && (
            <p>
              可以从 Word、WPS、Excel 直接粘贴；Word、PDF 文件和照片拖进来。行首写 #
              和空格是小标题，- 和空格是条目。
            </p>
          )}
      </div>
    </div>
  );
}

function Tool({ icon, words, onClick }: { icon: ReactNode; words: string; onClick: () => void }) {
  return (
    <Button
      type="text"
      icon={icon}
      // The writing stays where it is.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      {words}
    </Button>
  );
}

function Said({ warns, words, children }: { warns: boolean; words: string; children: ReactNode }) {
  return (
    <div className={warns ? 'said said-warns' : 'said'}>
      {warns ? <WarningFilled aria-hidden /> : <CheckCircleFilled aria-hidden />}
      <span>{words}</span>
      <span className="spacer" />
      {children}
    </div>
  );
}
