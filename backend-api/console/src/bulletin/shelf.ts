/**
 * What is kept in this browser of bulletins: a text that is being written, and how one stood when a reviewer
 * looked at it last. Each account finds only its own. A full storage keeps nothing, and says so. Pure.
 */
import type { BulletinDraft } from '../api/types';
import type { Confirmed, Looked } from './writing';

export type Storage_ = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** What nobody took up for so long is gone. */
export const KEPT_MS = 30 * 24 * 3_600_000;

/** A text that was written and is not on the server. */
export interface KeptDraft {
  at_ms: number;
  /** The version it was written on; `null`: there is none on the server yet. */
  version: number | null;
  /** How that version stood: what is compared when somebody else wrote, too. */
  before: BulletinDraft | null;
  draft: BulletinDraft;
  confirmed: Confirmed;
  /** Pictures that were looked at; older versions of this page keep none. */
  looked?: Looked;
}

/** How a bulletin stood when it was looked at. */
export interface Seen {
  at_ms: number;
  version: number;
  draft: BulletinDraft;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isDraft(value: unknown): value is BulletinDraft {
  return (
    isRecord(value) &&
    typeof value.title === 'string' &&
    typeof value.list === 'string' &&
    typeof value.organization_code === 'string' &&
    typeof value.audience_code === 'string' &&
    Array.isArray(value.body) &&
    value.body.every((block) => isRecord(block) && typeof block.type === 'string')
  );
}

const isKept = (value: unknown): value is KeptDraft =>
  isRecord(value) &&
  typeof value.at_ms === 'number' &&
  (value.version === null || typeof value.version === 'number') &&
  (value.before === null || isDraft(value.before)) &&
  isDraft(value.draft) &&
  isRecord(value.confirmed) &&
  (value.looked === undefined ||
    (Array.isArray(value.looked) && value.looked.every((one) => typeof one === 'string')));

const isSeen = (value: unknown): value is Seen =>
  isRecord(value) &&
  typeof value.at_ms === 'number' &&
  typeof value.version === 'number' &&
  isDraft(value.draft);

/** A shelf of one kind of thing. */
export interface Shelf<T extends { at_ms: number }> {
  get: (storage: Storage_, login: string, id: string) => T | null;
  /** `null`: forgets it. Whether it is kept now as it should be. */
  put: (storage: Storage_, login: string, id: string, value: T | null) => boolean;
  /** Everything of this account, the newest first. */
  all: (storage: Storage_, login: string) => { id: string; value: T }[];
  /** Takes away what is too old, or cannot be read. */
  tidy: (storage: Storage_, now: number) => void;
}

function shelf<T extends { at_ms: number }>(
  name: string,
  is: (value: unknown) => value is T,
): Shelf<T> {
  const prefix = `${name}/`;
  const folder = (login: string) => `${prefix}${encodeURIComponent(login)}/`;
  const read = (text: string | null): T | null => {
    try {
      const value: unknown = JSON.parse(text ?? 'null');
      return is(value) ? value : null;
    } catch {
      return null;
    }
  };
  const keys = (storage: Storage_, start: string) =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter(
      (key): key is string => key?.startsWith(start) ?? false,
    );
  return {
    get: (storage, login, id) => read(storage.getItem(folder(login) + id)),
    put: (storage, login, id, value) => {
      try {
        if (value === null) storage.removeItem(folder(login) + id);
        else storage.setItem(folder(login) + id, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    all: (storage, login) =>
      keys(storage, folder(login))
        .flatMap((key) => {
          const value = read(storage.getItem(key));
          return value === null ? [] : [{ id: key.slice(folder(login).length), value }];
        })
        .sort((a, b) => b.value.at_ms - a.value.at_ms),
    tidy: (storage, now) => {
      for (const key of keys(storage, prefix)) {
        const value = read(storage.getItem(key));
        if (value === null || value.at_ms < now - KEPT_MS) storage.removeItem(key);
      }
    },
  };
}

/** Texts that are being written, by the bulletin's id or what a new one is called here. */
export const DRAFTS = shelf<KeptDraft>('bulletin-draft', isKept);

/** What was put aside for somebody else's text. */
export const ASIDE = shelf<KeptDraft>('bulletin-aside', isKept);

/** Bulletins as a reviewer saw them. */
export const SEEN = shelf<Seen>('bulletin-seen', isSeen);

const NEW = 'new-';

/** What a bulletin is called here that the server does not have yet. */
export const newId = (random: string) => NEW + random;
export const isNew = (id: string) => id.startsWith(NEW);
