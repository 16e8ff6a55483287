// The televisions of a day, as whoever started it has them: what they are asked to do goes to stdout, a line for
// each, and what they answer comes on stdin.
import { createInterface } from 'node:readline';

import { must, say, until } from './kit.mjs';

export function televisions() {
  const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  async function ask(does, more = {}) {
    say('television', { does, ...more });
    const { value, done } = await answers.next();
    must(!done, `nobody is at the television any more: ${does}`);
    return JSON.parse(value);
  }
  const reads = (...words) => ask('read', { words });
  /** Waits until what a television says of itself fits. */
  const untilIt = (asked) => async (words, fits) => {
    let said;
    await until(
      () => `${words}: ${JSON.stringify(said)}`,
      async () => fits((said = await ask(asked))),
    );
  };

  return {
    /** At home: everything it shows can be read. */
    home: {
      /** Switches it on; the code on its screen. */
      on: async () => (await ask('on')).code,
      /** Waits until it is somebody's and knows them, and leaves its first minute. */
      knows: (people) => ask('know', { people }),
      press: (...keys) => ask('press', { keys }),
      /** Types the six digits of somebody, and 确定. */
      types: (pin) => ask('press', { keys: [...pin, 'ok'] }),
      /** Waits until all of these words stand on its screen. */
      reads,
      /** Moves the focus to something. */
      finds: (item) => ask('find', { item }),
      /** Turns the pages until these words stand there. */
      turnsTo: (words) => ask('turn', { words }),
      /** Turns the pages until so many pixels have this colour. */
      sees: (colour, pixels) => ask('see', { colour, pixels }),
      /** Waits until so many more pictures of a film or of a meeting were shown. */
      watches: (pictures) => ask('watch', { pictures }),
      until: untilIt('state'),
    },
    /** In the meeting room of a village. */
    station: {
      on: () => ask('station_on'),
      press: (key) => ask('station_press', { key }),
      until: untilIt('station_state'),
    },
  };
}
