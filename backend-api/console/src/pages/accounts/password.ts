/** Passwords that staff are given, to be typed from paper. Pure but for the dice. */

/** No letter or digit that is taken for another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const IN_GROUP = 4;

const fromBrowser = (bytes: Uint8Array) => crypto.getRandomValues(bytes);

/** Sixteen letters and digits in four groups: 79 bits, which nobody guesses. */
export function newPassword(dice: (bytes: Uint8Array) => Uint8Array = fromBrowser): string {
  // Bytes beyond the last full round of letters would make some of them likelier.
  const fair = 256 - (256 % LETTERS.length);
  let drawn = '';
  while (drawn.length < GROUPS * IN_GROUP) {
    for (const byte of dice(new Uint8Array(32))) {
      if (byte < fair && drawn.length < GROUPS * IN_GROUP) {
        drawn += LETTERS.charAt(byte % LETTERS.length);
      }
    }
  }
  return Array.from({ length: GROUPS }, (_, at) =>
    drawn.slice(at * IN_GROUP, (at + 1) * IN_GROUP),
  ).join('-');
}
