/**
 * What is being written of a request, kept in this browser until it is sent: a reload, a power cut and an
 * ended session find it again. Each account finds only its own. Of confidential reports nothing is kept.
 */
import type { Mode, Writing } from './acts';
import { EMPTY, isWritten, MANNERS } from './acts';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'request-draft/';

/** What nobody took up for so long is gone. */
export const KEPT_MS = 14 * 24 * 3_600_000;

const keyOf = (login: string, id: string) => `${PREFIX}${encodeURIComponent(login)}/${id}`;

interface Stored {
  at_ms: number;
  mode: Mode;
  text: string;
  done: boolean;
}

function isStored(value: unknown): value is Stored {
  const one = value as Partial<Stored> | null;
  return (
    typeof one === 'object' &&
    one !== null &&
    typeof one.at_ms === 'number' &&
    typeof one.text === 'string' &&
    typeof one.done === 'boolean' &&
    typeof one.mode === 'string' &&
    one.mode in MANNERS
  );
}

function read(text: string | null): Stored | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isStored(value) ? value : null;
  } catch {
    return null;
  }
}

/** What was written and not sent; nothing of it if there is none. */
export function kept(storage: Kept, login: string, id: string): Writing {
  const found = read(storage.getItem(keyOf(login, id)));
  return found === null
    ? EMPTY
    : { ...EMPTY, mode: found.mode, text: found.text, done: found.done };
}

/** Keeps what is written, or forgets it when there is nothing. A full storage keeps nothing, quietly. */
export function keep(
  storage: Kept,
  login: string,
  id: string,
  writing: Writing,
  now: number,
): boolean {
  const key = keyOf(login, id);
  try {
    if (!isWritten(writing)) {
      storage.removeItem(key);
      return true;
    }
    const { mode, text, done } = writing;
    storage.setItem(key, JSON.stringify({ at_ms: now, mode, text, done } satisfies Stored));
    return true;
  } catch {
    return false;
  }
}

/** Takes away what is too old, or cannot be read. */
export function tidy(storage: Kept, now: number): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) {
    if (!key?.startsWith(PREFIX)) continue;
    const found = read(storage.getItem(key));
    if (found === null || found.at_ms < now - KEPT_MS) storage.removeItem(key);
  }
}
