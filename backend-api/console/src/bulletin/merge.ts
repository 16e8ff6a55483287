/**
 * Two people changed one bulletin. What each of them changed is kept; where both changed the same, both stand
 * in the text, one after the other, and of a single value it is the own one. Pure.
 */
import type { Block, BulletinDraft } from '../api/types';
import { same } from '../kit/form_dialog/fields';
import { brief } from './blocks';

/** Fields that are one value each, in the order of the form. */
export const FIELDS = {
  title: '标题',
  list: '栏目',
  organization_code: '落款单位',
  audience_code: '给谁看',
  summary: '摘要',
  expires_at_ms: '到期',
  urgent: '紧急插播',
  danger: '危及生命',
  cover: '封面',
} as const satisfies Partial<Record<keyof BulletinDraft, string>>;

export type FieldName = keyof typeof FIELDS;

const NAMES = Object.keys(FIELDS) as FieldName[];

/** Something that is otherwise in one of two. `name`: which field; of the text, nothing. */
export interface Difference {
  label: string;
  name?: FieldName;
  before: unknown;
  after: unknown;
}

const sign = (block: Block) => JSON.stringify(block, Object.keys(flat(block)).sort());
/** Every key that occurs in a block, however deep: the order in which they were written does not count. */
function flat(value: unknown, into: Record<string, true> = {}): Record<string, true> {
  if (typeof value !== 'object' || value === null) return into;
  for (const [key, inner] of Object.entries(value)) {
    into[key] = true;
    flat(inner, into);
  }
  return into;
}

/** Pairs of places at which two lists are the same, the most there can be (longest common subsequence). */
export function common(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const most = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => most[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      most[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** What was in the text and what is there now, place by place. */
export function textDifferences(before: readonly Block[], after: readonly Block[]): Difference[] {
  const pairs = common(before.map(sign), after.map(sign));
  const found: Difference[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...pairs, [before.length, after.length] as const]) {
    if (a > i || b > j) {
      found.push({
        label: a > i ? `正文第 ${i + 1} 段` : `正文第 ${j + 1} 段，新添`,
        before: before.slice(i, a).map(words).join('\n'),
        after: after.slice(j, b).map(words).join('\n'),
      });
    }
    [i, j] = [a + 1, b + 1];
  }
  return found;
}

/** A block in words; of a table every cell, so that a changed figure is seen. */
function words(block: Block): string {
  if (block.type !== 'table') return brief(block);
  const lines = [block.header, ...block.rows].map((row) => row.join(' | '));
  return [block.title ?? '', ...lines].filter((line) => line !== '').join('\n');
}

/** Everything that is otherwise in another draft. */
export function differences(before: BulletinDraft, after: BulletinDraft): Difference[] {
  const fields = NAMES.filter(
    (name) => !same(before[name] ?? off(name), after[name] ?? off(name)),
  ).map((name): Difference => ({
    label: FIELDS[name],
    name,
    before: before[name],
    after: after[name],
  }));
  return [...fields, ...textDifferences(before.body, after.body)];
}

const off = (name: FieldName) => (name === 'urgent' || name === 'danger' ? false : undefined);

/** What came of it. `both`: so many places of the text that both changed. */
export interface Merged {
  draft: BulletinDraft;
  both: number;
}

interface Three<T> {
  base: T;
  mine: T;
  theirs: T;
}

function mergedText({ base, mine, theirs }: Three<readonly Block[]>): {
  body: Block[];
  both: number;
} {
  const [b, m, t] = [base.map(sign), mine.map(sign), theirs.map(sign)];
  const inMine = new Map(common(b, m));
  const inTheirs = new Map(common(b, t));
  const body: Block[] = [];
  let both = 0;
  let at = { b: 0, m: 0, t: 0 };
  /** What becomes of a stretch in which something differs. */
  const settle = (part: Three<readonly Block[]>) => {
    const [was, own, other] = [part.base, part.mine, part.theirs].map((blocks) =>
      blocks.map(sign).join('\n'),
    );
    if (own === was) body.push(...part.theirs);
    else if (other === was || own === other) body.push(...part.mine);
    else if (
      part.base.length > 1 &&
      part.mine.length === part.base.length &&
      part.theirs.length === part.base.length
    ) {
      // As many as before: neighbours that one of them changed each.
      part.base.forEach((_, n) => {
        const one = (blocks: readonly Block[]) => blocks.slice(n, n + 1);
        settle({ base: one(part.base), mine: one(part.mine), theirs: one(part.theirs) });
      });
    } else {
      both += 1;
      body.push(...part.mine, ...part.theirs);
    }
  };
  const upTo = (end: { b: number; m: number; t: number }) =>
    settle({
      base: base.slice(at.b, end.b),
      mine: mine.slice(at.m, end.m),
      theirs: theirs.slice(at.t, end.t),
    });
  for (let n = 0; n < base.length; n += 1) {
    const [own, other] = [inMine.get(n), inTheirs.get(n)];
    if (own === undefined || other === undefined) continue;
    upTo({ b: n, m: own, t: other });
    const stays = mine[own];
    if (stays) body.push(stays);
    at = { b: n + 1, m: own + 1, t: other + 1 };
  }
  upTo({ b: base.length, m: mine.length, t: theirs.length });
  return { body, both };
}

/** Both changes in one draft. */
export function mergedDrafts({ base, mine, theirs }: Three<BulletinDraft>): Merged {
  const { body, both } = mergedText({ base: base.body, mine: mine.body, theirs: theirs.body });
  const own = NAMES.filter((name) => !same(base[name] ?? off(name), mine[name] ?? off(name)));
  return {
    draft: { ...theirs, ...Object.fromEntries(own.map((name) => [name, mine[name]])), body },
    both,
  };
}
