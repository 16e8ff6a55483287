/**
 * Which file an upload is of, kept in this browser until it is sent: after the browser was closed the same file
 * goes on where it was, and another is told apart. Each account finds only its own.
 */
import type { Upload } from '../api/types';
import { size } from './pace';

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** What tells one file from another without reading it. */
export interface Note {
  name: string;
  size: number;
  lastModified: number;
}

const prefixOf = (login: string) => `upload/${encodeURIComponent(login)}/`;

function isNote(value: unknown): value is Note {
  const one = value as Partial<Note> | null;
  return (
    typeof one === 'object' &&
    one !== null &&
    typeof one.name === 'string' &&
    typeof one.size === 'number' &&
    typeof one.lastModified === 'number'
  );
}

/** Of which file an upload is; `null`: it was begun in another browser. */
export function noted(storage: Kept, login: string, id: string): Note | null {
  try {
    const value: unknown = JSON.parse(storage.getItem(prefixOf(login) + id) ?? 'null');
    return isNote(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps it. A full storage keeps nothing, quietly: the server knows name and length. */
export function note(storage: Kept, login: string, id: string, of: Note): void {
  const { name, size: bytes, lastModified } = of;
  try {
    storage.setItem(
      prefixOf(login) + id,
      JSON.stringify({ name, size: bytes, lastModified } satisfies Note),
    );
  } catch {
    // The upload goes on all the same.
  }
}

/** Forgets those of an account that are not open any more. */
export function tidyNotes(storage: Kept, login: string, open: readonly string[]): void {
  const prefix = prefixOf(login);
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) {
    if (key?.startsWith(prefix) && !open.includes(key.slice(prefix.length))) {
      storage.removeItem(key);
    }
  }
}

/** Why a file is not the one an upload was begun with; `null`: it is. `kept`: what this browser knows of it. */
export function otherThan(
  upload: Pick<Upload, 'file_name' | 'bytes'>,
  kept: Note | null,
  file: Note,
): string | null {
  const name = kept?.name ?? upload.file_name;
  if (file.name !== name) {
    return `这不是原来的文件：原来传的是“${name}”，现在选的是“${file.name}”。请选原来的那个，或者取消它，把这个当新的传。`;
  }
  if (file.size !== upload.bytes) {
    return `“${name}”和原来的大小不一样：原来 ${exact(upload.bytes)}，现在 ${exact(file.size)}。请选原来的那个，或者取消它重新上传。`;
  }
  if (kept !== null && file.lastModified !== kept.lastModified) {
    return `“${name}”在上次开始传以后改过，接着传会前后对不上。请选没有改过的那个，或者取消它重新上传。`;
  }
  return null;
}

const exact = (bytes: number) => `${size(bytes)}（${bytes} 字节）`;

/** The open upload that a file was begun with in this browser, if there is one. */
export function begunWith<U extends Pick<Upload, 'id' | 'file_name' | 'bytes' | 'state'>>(
  uploads: readonly U[],
  notes: (id: string) => Note | null,
  file: Note,
): U | undefined {
  return uploads.find((one) => {
    const kept = notes(one.id);
    return one.state === 'receiving' && kept !== null && otherThan(one, kept, file) === null;
  });
}
