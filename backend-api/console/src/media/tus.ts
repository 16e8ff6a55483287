/**
 * Sending a film so that a cut line costs nothing: tus 1.0.0 (<https://tus.io/protocols/resumable-upload>), as
 * the server speaks it. What puts requests on the line and what waits come from outside, so that all of it is
 * tested without a network.
 */
import { noAnswer, Refusal, refusalOf } from '../api/refusal';

export const UPLOADS = '/api/v1/uploads';

/** The largest film the server takes, in bytes: 10 GB. */
export const LARGEST = 10_000_000_000;

/** So much is sent at a time, in bytes. */
export const PIECE = 8 * 1024 * 1024;

/** The server may say so often that it goes on elsewhere before that is taken for a fault. */
const MOST_TURNS = 3;

export interface Asked {
  method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: ArrayBuffer;
  /** Bytes of the body that are on the line. */
  onSent?: (bytes: number) => void;
  signal: AbortSignal;
}

export interface Answered {
  status: number;
  header: (name: string) => string | null;
  /** The document, if it is one. */
  body: unknown;
}

/** Puts a request on the line. Throws when there is no answer. */
export type Line = (asked: Asked) => Promise<Answered>;

/** A file on the computer, as far as it is needed. */
export type Source = Pick<File, 'name' | 'size' | 'slice'>;

/** Waits so many ms, or until it is given up or the line may be there again. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** It was paused or given up by whoever began it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** How an upload goes. */
export type Step =
  | { kind: 'sending'; sent: number }
  /** It goes on by itself, after so many ms. */
  | { kind: 'waiting'; words: string; ms: number };

interface Sending {
  id: string;
  file: Source;
  line: Line;
  wait: Wait;
  signal: AbortSignal;
  tell: (step: Step) => void;
}

const BASE = { 'x-requested-with': 'console', 'tus-resumable': '1.0.0' } as const;

const pathOf = (id: string) => `${UPLOADS}/${encodeURIComponent(id)}`;

const CUT = '断网了，传过的不用重来。网络通了自己接着传。';
const GONE = '这个上传已经过期或者被取消了，请重新上传。';
const UNREADABLE =
  '读不出这个文件，可能被移走、改过，或者 U 盘拔掉了。放回原处以后再选一次，传过的不用重来。';

/** How long to wait before the `attempt`th try (1 is the first) after a failure, in ms: 1, 2, 4 … 30 seconds. */
export function pauseBefore(attempt: number): number {
  return Math.min(2 ** (Math.max(attempt, 1) - 1), 30) * 1000;
}

/** Text in Base64 by its UTF-8, as `Upload-Metadata` wants it. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** What is wrong with a file before anything is sent; `null`: nothing. */
export function unfit({ size }: Pick<Source, 'size'>): string | null {
  if (size === 0) return '文件是空的，请换一个。';
  if (size > LARGEST) {
    return `文件有 ${(size / 1e9).toFixed(1)} GB，最大 10 GB，请先压缩。`;
  }
  return null;
}

/** Whether another try may help without anybody doing anything. */
function passes(status: number): boolean {
  return status === 408 || status === 423 || status === 429 || (status >= 500 && status !== 507);
}

const isGood = ({ status }: Answered) => status >= 200 && status < 300;

function offsetIn(answered: Answered): number {
  const offset = Number(answered.header('upload-offset') ?? Number.NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) throw noAnswer();
  return offset;
}

/** Begins an upload; its id. @throws Refusal */
export async function create(
  file: Pick<Source, 'name' | 'size'>,
  { line, signal }: Pick<Sending, 'line' | 'signal'>,
): Promise<string> {
  const answered = await line({
    method: 'POST',
    path: UPLOADS,
    headers: {
      ...BASE,
      'upload-length': String(file.size),
      'upload-metadata': `filename ${base64(file.name)}`,
    },
    signal,
  }).catch(() => {
    throw noAnswer();
  });
  if (!isGood(answered)) throw refusalOf(answered.status, answered.body);
  const id = answered.header('location')?.split('/').pop();
  if (!id) throw noAnswer();
  return decodeURIComponent(id);
}

/** Gives an upload up; that it is gone already is fine. @throws Refusal */
export async function giveUp(id: string, { line, signal }: Pick<Sending, 'line' | 'signal'>) {
  const asked = { method: 'DELETE', path: pathOf(id), headers: BASE, signal } as const;
  const answered = await line(asked).catch(() => {
    throw noAnswer();
  });
  if (!isGood(answered) && answered.status !== 404) {
    throw refusalOf(answered.status, answered.body);
  }
}

/**
 * Sends what is missing of a file, piece by piece. A cut line, a server that restarts and another page that is
 * at it are waited for, however long; each time the server says where it goes on.
 *
 * @throws Refusal for what somebody has to do something about, Stopped when it was given up.
 */
export async function sendRest(sending: Sending): Promise<void> {
  const { file, signal, tell } = sending;
  /** Where it goes on; `null`: to be asked. */
  let offset: number | null = null;
  let failures = 0;
  let turns = 0;
  for (;;) {
    goOn(signal);
    const answered: Answered | null =
      offset === null ? await ask(sending) : await put(sending, offset);
    goOn(signal);
    if (answered !== null && isGood(answered)) {
      const now = offsetIn(answered);
      if (offset !== null && now > offset) [failures, turns] = [0, 0];
      if (now > file.size) throw refusalOf(409, null);
      offset = now;
      tell({ kind: 'sending', sent: now });
      if (now === file.size) return;
    } else if (answered?.status === 409 && offset !== null && turns < MOST_TURNS) {
      // It goes on elsewhere: another page sent some of it, or an answer was lost.
      turns += 1;
      offset = null;
    } else if (answered === null || passes(answered.status)) {
      failures += 1;
      const ms = pauseBefore(failures);
      const words = answered === null ? CUT : refusalOf(answered.status, answered.body).message;
      tell({ kind: 'waiting', words, ms });
      await sending.wait(ms, signal);
      offset = null;
    } else {
      throw answered.status === 404
        ? new Refusal(404, 'not_found', GONE)
        : refusalOf(answered.status, answered.body);
    }
  }
}

/** @throws Stopped */
function goOn({ aborted }: AbortSignal) {
  if (aborted) throw new Stopped();
}

/** How much is there; `null`: no answer. */
function ask({ id, line, signal }: Sending): Promise<Answered | null> {
  return line({ method: 'HEAD', path: pathOf(id), headers: BASE, signal }).catch(() => null);
}

/** The next piece; `null`: no answer. */
async function put(
  { id, file, line, signal, tell }: Sending,
  offset: number,
): Promise<Answered | null> {
  const piece = file.slice(offset, Math.min(offset + PIECE, file.size));
  // Read first: a file that cannot be read would look like a cut line, for ever.
  const body = await piece.arrayBuffer().catch(() => {
    throw new Refusal(0, 'file', UNREADABLE);
  });
  return line({
    method: 'PATCH',
    path: pathOf(id),
    headers: {
      ...BASE,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body,
    onSent: (bytes) => tell({ kind: 'sending', sent: offset + bytes }),
    signal,
  }).catch(() => null);
}
