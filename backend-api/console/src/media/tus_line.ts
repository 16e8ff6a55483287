/** The line below `tus.ts`, as a browser has it. */
import type { Answered, Asked, Wait } from './tus';

/** Nothing was sent and nothing came for so long: the line is cut, whatever the system thinks. */
const SILENCE_MS = 60_000;

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** By XMLHttpRequest: `fetch` does not say how much of a body is sent. */
export function line(asked: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body, onSent, signal } = asked;
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = window.setTimeout(abort, SILENCE_MS);
    };
    const cut = () => reject(new Error('no answer'));
    request.onload = () =>
      resolve({
        status: request.status,
        header: (name) => request.getResponseHeader(name),
        body: documentOf(request.responseText),
      });
    request.onerror = cut;
    request.onabort = cut;
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    request.upload.onprogress = ({ loaded }) => {
      alive();
      onSent?.(loaded);
    };
    if (signal.aborted) {
      cut();
      return;
    }
    signal.addEventListener('abort', abort);
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    alive();
    request.send(body ?? null);
  });
}

/** Ends early when it is given up, or the browser says that the line is there again. */
export const wait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = window.setTimeout(end, ms);
    window.addEventListener('online', end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
