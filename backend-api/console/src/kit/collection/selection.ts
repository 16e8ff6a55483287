/** Which rows of a list are selected, and what became of a deed done to all of them. Pure but for the deed. */
import { Refusal, sentence } from '../../api/refusal';

export type Selection = ReadonlySet<string>;

export const NONE: Selection = new Set();

export function toggled(selection: Selection, key: string): Selection {
  const next = new Set(selection);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Those that can still be seen: nobody acts on what is on another page or was filtered away. */
export function kept(selection: Selection, keys: readonly string[]): Selection {
  const next = new Set(keys.filter((key) => selection.has(key)));
  return next.size === selection.size ? selection : next;
}

export function extent(selection: Selection, keys: readonly string[]): 'none' | 'some' | 'all' {
  if (selection.size === 0) return 'none';
  return keys.every((key) => selection.has(key)) ? 'all' : 'some';
}

/** All of them, or none if they all are selected. */
export function toggledAll(selection: Selection, keys: readonly string[]): Selection {
  return extent(selection, keys) === 'all' ? NONE : new Set(keys);
}

export interface BulkResult<T> {
  done: T[];
  failed: { item: T; words: string }[];
}

/** What became of a deed as a whole. One that breaks off instead of saying so has failed for all of them. */
export async function became<T>(
  items: readonly T[],
  deed: (items: readonly T[]) => Promise<BulkResult<T> | null>,
): Promise<BulkResult<T> | null> {
  try {
    return await deed(items);
  } catch (error) {
    const words = sentence(error);
    return { done: [], failed: items.map((item) => ({ item, words })) };
  }
}

/**
 * Does something to one after the other. One that is refused does not keep the rest from it; but when
 * there is no answer at all, the rest is not tried.
 */
export async function toEach<T>(
  items: readonly T[],
  deed: (item: T) => Promise<unknown>,
): Promise<BulkResult<T>> {
  const result: BulkResult<T> = { done: [], failed: [] };
  let silence: string | null = null;
  for (const item of items) {
    if (silence !== null) {
      result.failed.push({ item, words: silence });
      continue;
    }
    try {
      await deed(item);
      result.done.push(item);
    } catch (error) {
      const words = sentence(error);
      result.failed.push({ item, words });
      if (error instanceof Refusal && error.status === 0) silence = words;
    }
  }
  return result;
}
