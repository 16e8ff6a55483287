/** Server-sent events that come back by themselves. */
import { delayBefore } from '../media/backoff';

export type LineState = 'connecting' | 'open' | 'lost';

interface Handlers<T> {
  /** `fresh`: the first one since the line was opened; it counts whatever its revision. */
  onEvent: (value: T, fresh: boolean) => void;
  onState?: (state: LineState) => void;
}

/**
 * Listens to events named `name` at `url` until the returned function is called. `EventSource`
 * gives up for good on an answer that is not 200, so opening again is done here.
 */
export function listen<T>(url: string, name: string, handlers: Handlers<T>) {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let ended = false;

  const close = () => {
    source?.close();
    source = null;
    clearTimeout(timer);
  };

  const open = () => {
    close();
    let fresh = true;
    const opened = new EventSource(url, { withCredentials: true });
    source = opened;
    opened.addEventListener(name, (event) => {
      attempt = 0;
      let value: T;
      try {
        value = JSON.parse((event as MessageEvent<string>).data) as T;
      } catch {
        return;
      }
      handlers.onEvent(value, fresh);
      fresh = false;
    });
    opened.addEventListener('open', () => handlers.onState?.('open'));
    opened.addEventListener('error', () => {
      if (opened !== source) return;
      close();
      handlers.onState?.('lost');
      attempt += 1;
      timer = setTimeout(open, delayBefore(attempt));
    });
  };

  // The network is back: no need to wait for the next try.
  const online = () => {
    attempt = 0;
    open();
  };
  globalThis.addEventListener('online', online);
  handlers.onState?.('connecting');
  open();
  return {
    /** Opens a new line now, because the old one seems to be dead. */
    again: () => {
      if (!ended) open();
    },
    end: () => {
      ended = true;
      globalThis.removeEventListener('online', online);
      close();
    },
  };
}
