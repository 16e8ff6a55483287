/** Fetches the program. */
import type { MediaLink } from '../api/types';
import type { Connection } from './keeper';
import { Keeper } from './keeper';

export class Player {
  readonly keeper: Keeper;

  constructor(
    link: (renew: boolean) => Promise<MediaLink>,
    changed: (connection: Connection) => void,
    /** The stream of a new session, once it has a picture or sound. */
    shown: (stream: MediaStream) => void,
  ) {
    this.keeper = new Keeper({
      direction: 'receive',
      link,
      prepare: (pc) => {
        const stream = new MediaStream();
        pc.addTransceiver('video', { direction: 'recvonly' });
        pc.addTransceiver('audio', { direction: 'recvonly' });
        pc.addEventListener('track', ({ track }) => {
          stream.addTrack(track);
          // The last picture of the session before stays until this one has something to show.
          track.addEventListener('unmute', () => shown(stream), { once: true });
        });
      },
      changed,
    });
  }
}
