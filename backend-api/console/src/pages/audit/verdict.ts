/**
 * What a page can tell of the chain without its key: whether an entry whose number and hash were kept elsewhere is
 * still there with the same hash. Pure.
 */
import type { AuditEntry } from '../../api/types';

/** Number and hash of an entry, as they are written down. */
export interface Kept {
  seq: number;
  hash: string;
}

/** `48316:9f3a…`; `null`: this is not how it is written. */
export function keptIn(text: string): Kept | null {
  const found = /^\s*(\d{1,15})\s*[:：]\s*([0-9a-f]{64})\s*$/i.exec(text);
  const seq = Number(found?.[1]);
  return found && seq > 0 ? { seq, hash: (found[2] ?? '').toLowerCase() } : null;
}

export interface Verdict {
  /** `unknown`: nothing can be said. */
  kind: 'good' | 'bad' | 'unknown';
  title: string;
  words: string;
}

const ALARM =
  '请马上告诉平台管理员，不要再用这台服务器做别的，用命令 backend-api audit verify 从头核对。';

/**
 * What it means that `kept` now is `found` (`null`: it is not among what one sees). `seesAll`: everything is
 * seen, so an entry that is not seen is not there. `head`: the number of the newest one.
 */
export function judged(
  kept: Kept,
  found: Pick<AuditEntry, 'seq' | 'hash'> | null,
  head: number,
  seesAll: boolean,
): Verdict {
  const number = kept.seq.toLocaleString('en-US');
  if (head < kept.seq) {
    const words = `抄下的是第 ${number} 条，现在只到第 ${head.toLocaleString('en-US')} 条。${ALARM}`;
    return { kind: 'bad', title: '记录比抄下的时候短了', words };
  }
  if (found === null) {
    if (seesAll) {
      return { kind: 'bad', title: `第 ${number} 条不见了`, words: ALARM };
    }
    return {
      kind: 'unknown',
      title: `第 ${number} 条不归您看，这里核对不了`,
      words: '它不是您管的单位的事。请上级用同一行来核对。',
    };
  }
  if (found.hash.toLowerCase() !== kept.hash) {
    return { kind: 'bad', title: `第 ${number} 条和抄下的不一样`, words: ALARM };
  }
  return {
    kind: 'good',
    title: `第 ${number} 条和抄下的一样`,
    words: '每条都扣着上一条，到这一条为止没有发现改动。',
  };
}

/** The number that is missing among entries of which none was left out; `null`: none is. */
export function gapIn(entries: readonly Pick<AuditEntry, 'seq'>[]): number | null {
  for (const [at, { seq }] of entries.entries()) {
    const next = entries[at + 1];
    if (next !== undefined && next.seq !== seq - 1) return seq - 1;
  }
  return null;
}
