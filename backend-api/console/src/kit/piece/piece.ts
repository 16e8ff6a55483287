import type { ComponentType } from 'react';
import { lazy } from 'react';

/** A piece of the console could not be loaded: it is another version by now, or the network is cut. */
export class PieceMissing extends Error {}

/** A component whose code comes when it is first shown, below a `Piece`. */
export function piece<P extends object>(load: () => Promise<ComponentType<P>>) {
  return lazy<ComponentType<P>>(async () => ({
    default: await load().catch((cause: unknown) => {
      throw new PieceMissing('a piece of the console is missing', { cause });
    }),
  }));
}
