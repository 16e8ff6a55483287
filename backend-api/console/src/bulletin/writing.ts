/** A bulletin while it is written: its fields, its text with numbers to each block, what is wrong in it. Pure. */
import type {
  BulletinConfirmed,
  BulletinDraft,
  Confirmations,
  Picture,
  StaffBulletin,
  WrittenBulletin,
} from '../api/types';
import type { Keyed, TableBlock } from './blocks';
import { changed, isText, keyed, pictureOf, unkeyed, withoutEmpty } from './blocks';
import type { Found } from './numbers';
import { numbersIn, withMasked } from './numbers';
import { changedTable } from './tables';

export interface Writing extends Omit<BulletinDraft, 'body'> {
  body: Keyed[];
}

export const writingOf = ({ body, ...fields }: BulletinDraft): Writing => ({
  ...fields,
  body: keyed(body),
});

/** What the server is sent: nothing of what nobody would see. */
export function draftOf({ body, title, summary, ...fields }: Writing): BulletinDraft {
  return {
    ...fields,
    title: title.trim(),
    summary: (summary ?? '').trim(),
    body: withoutEmpty(unkeyed(body)),
  };
}

/** A place of a bulletin at which words stand. */
export interface Spot {
  /** `title`, `summary`, or the number of a block with what of it. */
  id: string;
  label: string;
  text: string;
}

function spotsOfTable(key: number, place: string, table: TableBlock): Spot[] {
  return [
    { id: `${key}.title`, label: `${place}，表格的题目`, text: table.title ?? '' },
    ...table.header.map((text, column) => ({
      id: `${key}.head.${column}`,
      label: `${place}，表头第 ${column + 1} 格`,
      text,
    })),
    ...table.rows.flatMap((cells, row) =>
      cells.map((text, column) => ({
        id: `${key}.${row}.${column}`,
        label: `${place}，表格第 ${row + 1} 行第 ${column + 1} 格`,
        text,
      })),
    ),
  ];
}

/** Every place with words, in reading order. */
export function spotsOf({ title, summary, cover, body }: Writing): Spot[] {
  return [
    { id: 'title', label: '标题', text: title },
    { id: 'summary', label: '摘要', text: summary ?? '' },
    { id: 'cover', label: '封面的说明', text: cover?.caption ?? '' },
    ...body.flatMap(({ key, block }, index): Spot[] => {
      const place = `正文第 ${index + 1} 段`;
      if (isText(block)) return [{ id: String(key), label: place, text: block.text }];
      if (block.type === 'table') return spotsOfTable(key, place, block);
      return [{ id: `${key}.caption`, label: `${place}，图片说明`, text: block.caption ?? '' }];
    }),
  ].filter(({ text }) => text !== '');
}

/** The same with other words at a place. */
export function withText(writing: Writing, id: string, text: string): Writing {
  if (id === 'title') return { ...writing, title: text };
  if (id === 'summary') return { ...writing, summary: text };
  if (id === 'cover') {
    return writing.cover ? { ...writing, cover: { ...writing.cover, caption: text } } : writing;
  }
  const [first, second, third] = id.split('.');
  const key = Number(first);
  const block = writing.body.find((one) => one.key === key)?.block;
  if (!block) return writing;
  const put = (next: typeof block) => ({ ...writing, body: changed(writing.body, key, next) });
  if (isText(block)) return put({ ...block, text });
  if (block.type === 'picture') return put({ ...block, caption: text });
  if (second === 'title') return put(changedTable(block, { what: 'title', text }));
  const column = Number(third);
  return put(
    changedTable(
      block,
      second === 'head'
        ? { what: 'head', column, text }
        : { what: 'cell', row: Number(second), column, text },
    ),
  );
}

/** A number of somebody, and where it stands. */
export interface Finding {
  spot: Spot;
  found: Found;
}

/** Every number of somebody in it. */
export function findings(writing: Writing): Finding[] {
  return spotsOf(writing).flatMap((spot) => numbersIn(spot.text).map((found) => ({ spot, found })));
}

/** Reasons for which numbers may stand in clear, by their digits. */
export type Confirmed = Readonly<Record<string, string>>;

/** Those that are neither masked nor may stand for a reason. */
export function unsettled(writing: Writing, confirmed: Confirmed): Finding[] {
  return findings(writing).filter(({ found }) => confirmed[found.digits] === undefined);
}

/** A picture of it: the name of its file for the screen, and where it stands first. */
export interface PictureSpot {
  name: string;
  label: string;
  picture: Picture;
}

/** Every picture once, in reading order. */
export function picturesOf({ cover, body }: Writing): PictureSpot[] {
  const inText = body.flatMap(({ block }, index): PictureSpot[] =>
    block.type === 'picture'
      ? [
          {
            name: block.screen.name,
            label: `正文第 ${index + 1} 段的图片`,
            picture: pictureOf(block),
          },
        ]
      : [],
  );
  const all = cover
    ? [...inText, { name: cover.screen.name, label: '封面', picture: cover }]
    : inText;
  return all.filter(({ name }, at) => all.findIndex((one) => one.name === name) === at);
}

/** Names of pictures that somebody has looked at. */
export type Looked = readonly string[];

/** Pictures that nobody has looked at. */
export function unlooked(writing: Writing, looked: Looked): PictureSpot[] {
  return picturesOf(writing).filter(({ name }) => !looked.includes(name));
}

/** What is confirmed of what stands in it, in reading order: what the server is told. */
export function confirmationsOf(
  writing: Writing,
  confirmed: Confirmed,
  looked: Looked,
): Required<Confirmations> {
  const digits = new Set(findings(writing).map(({ found }) => found.digits));
  return {
    numbers: [...digits].flatMap((one) => {
      const reason = confirmed[one];
      return reason === undefined ? [] : [{ digits: one, reason }];
    }),
    pictures: picturesOf(writing).flatMap(({ name }) => (looked.includes(name) ? [name] : [])),
  };
}

/** Reasons that the server keeps, by their digits. */
export const confirmedOf = ({ numbers = [] }: BulletinConfirmed): Confirmed =>
  Object.fromEntries(numbers.map(({ digits, reason }) => [digits, reason]));

/** Pictures that somebody has looked at, as the server keeps them. */
export const lookedOf = ({ pictures = [] }: BulletinConfirmed): Looked =>
  pictures.map(({ name }) => name);

/** What the server is sent, with what is confirmed of it. */
export function writtenOf(writing: Writing, confirmed: Confirmed, looked: Looked): WrittenBulletin {
  return { ...draftOf(writing), confirmed: confirmationsOf(writing, confirmed, looked) };
}

/** The same of what the server has. */
export function writtenAs({ draft, confirmed }: StaffBulletin): WrittenBulletin {
  return writtenOf(writingOf(draft), confirmedOf(confirmed), lookedOf(confirmed));
}

/** The same with another picture wherever this one stands; captions stay. */
export function withPicture(writing: Writing, name: string, by: Picture): Writing {
  const { cover } = writing;
  return {
    ...writing,
    ...(cover?.screen.name === name ? { cover: { ...by, caption: cover.caption ?? '' } } : {}),
    body: writing.body.map((one) =>
      one.block.type === 'picture' && one.block.screen.name === name
        ? { ...one, block: { type: 'picture', ...by, caption: one.block.caption ?? '' } }
        : one,
    ),
  };
}

/** The picture that stands where this one stood. */
export function standsFor(
  name: string,
  before: BulletinDraft,
  after: BulletinDraft,
): Picture | null {
  const at = before.body.findIndex(
    (block) => block.type === 'picture' && block.screen.name === name,
  );
  const block = after.body[at];
  if (block?.type === 'picture') return pictureOf(block);
  return before.cover?.screen.name === name ? (after.cover ?? null) : null;
}

/** The same with this number masked, wherever it stands. */
export function maskedEverywhere(writing: Writing, digits: string): Writing {
  return spotsOf(writing).reduce((now, { id, text }) => {
    const found = numbersIn(text).filter((one) => one.digits === digits);
    return found.length === 0 ? now : withText(now, id, withMasked(text, found));
  }, writing);
}

/** Longest title and summary, in characters, and most blocks, as the server has them. */
export const LONGEST_TITLE = 60;
export const LONGEST_SUMMARY = 300;
export const LONGEST_TEXT = 5000;
export const MOST_BLOCKS = 600;

const count = (text: string | undefined) => Array.from((text ?? '').trim()).length;

/** Something that has to be mended before the server takes it: where, and how. */
export interface Trouble {
  /** A field, or `body`. */
  at:
    'title' | 'list' | 'organization_code' | 'audience_code' | 'summary' | 'expires_at_ms' | 'body';
  words: string;
}

/** What the server would refuse; `now`: Unix ms. */
export function troubles(writing: Writing, now: number): Trouble[] {
  const { title, summary, list, organization_code, audience_code, expires_at_ms, urgent } = writing;
  const found: (Trouble | false)[] = [
    count(title) === 0 && { at: 'title', words: '请写标题' },
    count(title) > LONGEST_TITLE && {
      at: 'title',
      words: `标题有 ${count(title)} 个字，最多 ${LONGEST_TITLE} 个`,
    },
    list === '' && { at: 'list', words: '请选栏目' },
    organization_code === '' && { at: 'organization_code', words: '请选落款单位' },
    audience_code === '' && { at: 'audience_code', words: '请选给谁看' },
    count(summary) > LONGEST_SUMMARY && {
      at: 'summary',
      words: `摘要有 ${count(summary)} 个字，最多 ${LONGEST_SUMMARY} 个`,
    },
    expires_at_ms != null &&
      expires_at_ms <= now && { at: 'expires_at_ms', words: '到期时间已经过了，请改晚一些' },
    urgent === true &&
      expires_at_ms == null && { at: 'expires_at_ms', words: '紧急插播要写明到什么时候结束' },
    ...textTroubles(writing.body),
  ];
  return found.filter((one) => one !== false);
}

function textTroubles(body: readonly Keyed[]): (Trouble | false)[] {
  const blocks = withoutEmpty(unkeyed(body));
  const at = (index: number, words: string): Trouble => ({
    at: 'body',
    words: `正文第 ${index + 1} 段${words}`,
  });
  return [
    blocks.length === 0 && { at: 'body', words: '请写正文' },
    blocks.length > MOST_BLOCKS && {
      at: 'body',
      words: `正文有 ${blocks.length} 段，最多 ${MOST_BLOCKS} 段，请分成几条`,
    },
    ...body.map(({ block }, index) => {
      if (isText(block)) {
        const long = count(block.text);
        return (
          long > LONGEST_TEXT && at(index, `有 ${long} 个字，最多 ${LONGEST_TEXT} 个，请分成几段`)
        );
      }
      if (block.type === 'picture') {
        return count(block.caption) > 200 && at(index, '的图片说明最多 200 个字');
      }
      return (
        block.header.length > 30 && at(index, `的表格有 ${block.header.length} 列，最多 30 列`)
      );
    }),
  ];
}
