/** The one door to the server: JSON over the session's cookie. */
import createClient from 'openapi-fetch';

import { noAnswer, refusalOf } from './refusal';
import type { paths } from './schema';

/** A request without an answer for so long has failed. */
const PATIENCE_MS = 10_000;

/** How long a file may take: a recording or a table over a slow line, or what the server makes first. */
const FILE_PATIENCE_MS = 60_000;

const patiently =
  (patienceMs: number) =>
  async (request: Request): Promise<Response> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patienceMs);
    try {
      return await fetch(request, { signal: abort.signal });
    } finally {
      clearTimeout(timer);
    }
  };

/** For a request whose answer takes its time. */
export const slowly = patiently(FILE_PATIENCE_MS);

export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost/' : location.origin,
  credentials: 'same-origin',
  // The server takes no change from a page that cannot set this header.
  headers: { 'x-requested-with': 'console' },
  fetch: patiently(PATIENCE_MS),
});

/** Says which version was read, so that nothing else is written over. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': String(version) };
}

interface Outcome<T> {
  data?: T | undefined;
  error?: unknown;
  response: Response;
}

/** What the server answered, or a `Refusal` thrown. */
export async function answer<T>(call: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await call.catch(() => {
    throw noAnswer();
  });
  if (!response.ok) throw refusalOf(response.status, error);
  // 204 has nothing; the type says so (`undefined`).
  return data as T;
}

interface Sent {
  method: 'POST';
  body: Blob;
  headers: Record<string, string>;
}

async function file(path: string, sent?: Sent, patience_ms = FILE_PATIENCE_MS): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience_ms);
  try {
    const response = await fetch(path, {
      ...sent,
      credentials: 'same-origin',
      headers: { ...sent?.headers, 'x-requested-with': 'console' },
      signal: abort.signal,
    }).catch(() => {
      throw noAnswer();
    });
    if (response.ok) return response;
    throw refusalOf(response.status, await response.json().catch(() => null));
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes of a file that only whoever is signed in may have. @throws Refusal */
export async function bytesOf(path: string): Promise<Blob> {
  const response = await file(path);
  return response.blob().catch(() => {
    throw noAnswer();
  });
}

/**
 * Sends a file as it is, under a key if it must count once; what the server says of it. @throws Refusal
 */
export async function sendFile<T>(
  path: string,
  sent: Blob,
  { key, patience_ms }: { key?: string; patience_ms?: number } = {},
): Promise<T> {
  const post: Sent = {
    method: 'POST',
    body: sent,
    headers: {
      'content-type': sent.type || 'application/octet-stream',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  };
  const response = await file(path, post, patience_ms);
  return (await response.json()) as T;
}
