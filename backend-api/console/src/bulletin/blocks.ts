/** The text of a bulletin as blocks, and what is done to them while somebody writes. Pure. */
import type { Block, Picture } from '../api/types';

export type TableBlock = Extract<Block, { type: 'table' }>;
export type PictureBlock = Extract<Block, { type: 'picture' }>;
export type TextBlock = Exclude<Block, TableBlock | PictureBlock>;

/** A block that is known by the same number wherever it moves to. */
export interface Keyed {
  key: number;
  block: Block;
}

/** Where the writing goes on: in which block, before which of its characters. */
export interface Caret {
  key: number;
  at: number;
}

export interface Written {
  body: Keyed[];
  caret?: Caret;
}

export const isText = (block: Block): block is TextBlock =>
  block.type === 'paragraph' || block.type === 'heading' || block.type === 'item';

export const paragraph = (text = ''): TextBlock => ({ type: 'paragraph', text });

/** A block's picture, to stand elsewhere. */
export function pictureOf({
  screen,
  thumb,
  width,
  height,
  original,
  caption,
}: PictureBlock): Picture {
  const picture = { screen, thumb, width, height, caption: caption ?? '' };
  return original ? { ...picture, original } : picture;
}

/** The most rows that may stand in a text on a television; the rest is on a screen of its own. */
export const INLINE_ROWS = 8;

/** The next free number. */
const free = (body: readonly Keyed[]) => body.reduce((most, { key }) => Math.max(most, key), 0) + 1;

/** Blocks with numbers; there is always one to write in. */
export function keyed(blocks: readonly Block[], after: readonly Keyed[] = []): Keyed[] {
  const first = free(after);
  const all = blocks.length === 0 ? [paragraph()] : blocks;
  return all.map((block, n) => ({ key: first + n, block }));
}

/** The same blocks without their numbers. */
export const unkeyed = (body: readonly Keyed[]): Block[] => body.map(({ block }) => block);

const indexOf = (body: readonly Keyed[], key: number) => body.findIndex((one) => one.key === key);

/** Puts other blocks in the place of one. */
function spliced(
  body: readonly Keyed[],
  index: number,
  gone: number,
  put: readonly Keyed[],
): Keyed[] {
  return [...body.slice(0, index), ...put, ...body.slice(index + gone)];
}

export function changed(body: readonly Keyed[], key: number, block: Block): Keyed[] {
  return body.map((one) => (one.key === key ? { key, block } : one));
}

/** What a number before an entry becomes in the next one: 1. → 2. */
export function following(marker: string): string {
  const [, number, end] = /^(\d{1,3})([.)、])$/.exec(marker) ?? [];
  return number === undefined ? marker : `${Number(number) + 1}${end ?? '.'}`;
}

/** Enter: the text behind the caret becomes a block of its own. An entry with nothing in it ends its list. */
export function split(body: readonly Keyed[], { key, at }: Caret): Written {
  const index = indexOf(body, key);
  const block = body[index]?.block;
  if (!block || !isText(block)) return { body: [...body] };
  if (block.type === 'item' && block.text === '') {
    return { body: changed(body, key, paragraph()), caret: { key, at: 0 } };
  }
  const next = free(body);
  const rest = block.text.slice(at);
  const after: TextBlock =
    block.type === 'item'
      ? { ...block, marker: following(block.marker), text: rest }
      : paragraph(rest);
  return {
    body: spliced(body, index, 1, [
      { key, block: { ...block, text: block.text.slice(0, at) } },
      { key: next, block: after },
    ]),
    caret: { key: next, at: 0 },
  };
}

/** Backspace at the beginning: what is no paragraph becomes one; a paragraph joins the text before it. */
export function joined(body: readonly Keyed[], key: number): Written {
  const index = indexOf(body, key);
  const block = body[index]?.block;
  if (!block || !isText(block)) return { body: [...body] };
  if (block.type !== 'paragraph') {
    return { body: changed(body, key, paragraph(block.text)), caret: { key, at: 0 } };
  }
  const before = body[index - 1];
  if (!before) return { body: [...body], caret: { key, at: 0 } };
  if (!isText(before.block)) {
    // Nothing joins a table; an empty line behind it goes.
    return block.text === '' && body.length > 1
      ? { body: spliced(body, index, 1, []) }
      : { body: [...body], caret: { key, at: 0 } };
  }
  const text = before.block.text + block.text;
  return {
    body: spliced(body, index - 1, 2, [{ key: before.key, block: { ...before.block, text } }]),
    caret: { key: before.key, at: before.block.text.length },
  };
}

/** Makes a text a heading, an entry, or a paragraph again. */
export function retyped(body: readonly Keyed[], key: number, as: 'heading' | '•' | '1.'): Keyed[] {
  const block = body[indexOf(body, key)]?.block;
  if (!block || !isText(block)) return [...body];
  const { text } = block;
  if (as === 'heading') {
    return changed(
      body,
      key,
      block.type === 'heading' ? paragraph(text) : { type: 'heading', text },
    );
  }
  const was = block.type === 'item' && (as === '•' ? block.marker === '•' : block.marker !== '•');
  return changed(body, key, was ? paragraph(text) : { type: 'item', marker: as, text });
}

/** What somebody writes at the beginning of a line, as in a content folder: `# `, `- `, `1. `. */
export function shorthand(block: TextBlock): TextBlock {
  if (block.type !== 'paragraph') return block;
  const [, mark, text] = /^(#{1,6}|-(?! ?\d)|\d{1,3}[.)]) (.*)$/s.exec(block.text) ?? [];
  if (mark === undefined || text === undefined) return block;
  if (mark.startsWith('#')) return { type: 'heading', text };
  return { type: 'item', marker: mark === '-' ? '•' : mark, text };
}

/**
 * Puts blocks where the caret is: the text behind it comes after them. An empty paragraph makes room, and
 * behind a table or a picture there is always a line to go on in.
 */
export function inserted(
  body: readonly Keyed[],
  caret: Caret | null,
  blocks: readonly Block[],
): Written {
  if (blocks.length === 0) return { body: [...body] };
  const fresh = keyed(blocks, body);
  const index = caret === null ? -1 : indexOf(body, caret.key);
  const here = body[index];
  const lastFresh = fresh[fresh.length - 1];
  const room: Keyed = { key: free([...body, ...fresh]), block: paragraph() };
  const endOf = (one: Keyed | undefined): Caret | undefined =>
    one && isText(one.block) ? { key: one.key, at: one.block.text.length } : undefined;
  const withRoom = (put: Keyed[], at: number, gone: number): Written => {
    const next = body[at + gone];
    const open = lastFresh && isText(lastFresh.block);
    const all = open || next ? put : [...put, room];
    const caretAt = open ? endOf(lastFresh) : endOf(next ?? room);
    return {
      body: spliced(body, at, gone, all),
      ...(caretAt ? { caret: { key: caretAt.key, at: open ? caretAt.at : 0 } } : {}),
    };
  };
  if (!here) {
    // The empty line in which nothing was written yet gives way.
    const last = body[body.length - 1];
    const empty = last && isText(last.block) && last.block.text === '' ? 1 : 0;
    return withRoom(fresh, body.length - empty, empty);
  }
  if (!isText(here.block) || caret === null) return withRoom(fresh, index + 1, 0);
  const [before, after] = [here.block.text.slice(0, caret.at), here.block.text.slice(caret.at)];
  const [only] = blocks;
  // A few words into a text stay in that text.
  if (blocks.length === 1 && only?.type === 'paragraph') {
    const text = before + only.text + after;
    return {
      body: changed(body, here.key, { ...here.block, text }),
      caret: { key: here.key, at: before.length + only.text.length },
    };
  }
  const put: Keyed[] = [
    ...(before === '' ? [] : [{ key: here.key, block: { ...here.block, text: before } }]),
    ...fresh,
    ...(after === '' ? [] : [{ key: room.key, block: paragraph(after) }]),
  ];
  if (after !== '') {
    return { body: spliced(body, index, 1, put), caret: { key: room.key, at: 0 } };
  }
  return withRoom(put, index, 1);
}

export function removed(body: readonly Keyed[], key: number): Keyed[] {
  const left = body.filter((one) => one.key !== key);
  return left.length === 0 ? [{ key: free(body), block: paragraph() }] : left;
}

/** One place up (−1) or down (+1). */
export function moved(body: readonly Keyed[], key: number, by: -1 | 1): Keyed[] {
  const index = indexOf(body, key);
  const [one, other] = [body[index], body[index + by]];
  if (!one || !other) return [...body];
  const next = [...body];
  next[index] = other;
  next[index + by] = one;
  return next;
}

/** Without what nobody would see: empty lines, tables with nothing in them. */
export function withoutEmpty(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => {
    if (isText(block)) return block.text.trim() !== '';
    if (block.type === 'picture') return true;
    return [block.title ?? '', ...block.header, ...block.rows.flat()].some(
      (cell) => cell.trim() !== '',
    );
  });
}

/** One block in a few words, for a list of changes. */
export function brief(block: Block): string {
  if (isText(block)) return block.type === 'item' ? `${block.marker} ${block.text}` : block.text;
  if (block.type === 'picture') return block.caption ? `图片：${block.caption}` : '图片';
  const name = block.title ? `表格“${block.title}”` : '表格';
  return `${name}，${block.header.length} 列 ${block.rows.length} 行`;
}
