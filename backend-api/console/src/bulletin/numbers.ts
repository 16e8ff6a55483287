/**
 * Numbers of people in a text: identity numbers, mobile telephones, bank cards. Whatever digits they are
 * written with, and with spaces or dashes inside. Pure. It marks them while somebody writes; the server finds
 * the same (`services/kit/personal_numbers.rs`) and publishes none that nobody answers for.
 */

export type NumberKind = 'id' | 'mobile' | 'card';

export const NUMBER_KIND: Record<NumberKind, string> = {
  id: '身份证号',
  mobile: '手机号',
  card: '银行卡号',
};

/** A number that was found. `start` and `end` count UTF-16 units of the text that was searched. */
export interface Found {
  kind: NumberKind;
  start: number;
  end: number;
  /** Its digits alone, ASCII. */
  digits: string;
  /** The same piece of the text, so that nobody is known by it any more. */
  masked: string;
}

/** Figures without a break: where they stand and what they are. */
interface Group {
  start: number;
  end: number;
  digits: string;
}

/** What may stand inside a number and parts nothing: spaces and dashes of every kind, and what is invisible. */
const PARTS =
  /^[ \t\u00a0\u2000-\u200d\u2060\u202f\u3000\ufeff\-\u2010-\u2015\u2212\uff0d\u2500]{1,3}$/u;

/** At most so many groups make one number: 6222-0000-0000-0000-000, or digits one by one. */
const MOST_GROUPS = 19;

/** ASCII digits of full-width ones; everything else as it is, unit by unit. */
function plain(text: string): string {
  return text.replace(/[\uff10-\uff19\uff38\uff58x]/g, (c) =>
    /[\uff38\uff58x]/.test(c) ? 'X' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  );
}

function groupsOf(text: string): Group[] {
  // An X ends an identity number; inside a word it is a letter.
  return [...text.matchAll(/[0-9]+(?:X(?![A-Za-z0-9]))?|(?<![A-Za-z])X(?![A-Za-z0-9])/g)].map(
    ({ 0: digits, index }) => ({ start: index, end: index + digits.length, digits }),
  );
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Whether this is an identity number with the right check digit (GB 11643), or an old one of 15. */
export function isResidentId(digits: string): boolean {
  if (/^[0-9]{17}[0-9X]$/.test(digits)) {
    const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(digits[at]), 0);
    return '10X98765432'[sum % 11] === digits[17];
  }
  if (!/^[1-9][0-9]{14}$/.test(digits)) return false;
  const [month, day] = [Number(digits.slice(8, 10)), Number(digits.slice(10, 12))];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** A mobile telephone, with or without the country before it. */
export function isMobile(digits: string): boolean {
  return /^(?:(?:00)?86)?1[3-9][0-9]{9}$/.test(digits);
}

/** Whether 16 to 19 digits end in the check digit of cards (Luhn, ISO/IEC 7812). */
export function isCard(digits: string): boolean {
  if (!/^[1-9][0-9]{15,18}$/.test(digits)) return false;
  const sum = Array.from(digits)
    .reverse()
    .reduce((all, digit, at) => {
      const doubled = at % 2 === 0 ? Number(digit) : Number(digit) * 2;
      return all + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
}

/** Cards are printed in fours, or six and the rest; dates side by side are not. */
function printedAsCard(groups: readonly Group[]): boolean {
  const lengths = groups.map(({ digits }) => digits.length);
  const [first, ...rest] = lengths;
  if (rest.length === 0) return true;
  if (first === 6 && rest.length === 1) return true;
  return lengths.slice(0, -1).every((length) => length === 4);
}

function kindOf(groups: readonly Group[]): NumberKind | null {
  const digits = groups.map((group) => group.digits).join('');
  if (isResidentId(digits)) return 'id';
  if (isMobile(digits)) return 'mobile';
  return isCard(digits) && printedAsCard(groups) ? 'card' : null;
}

/** How many digits stay readable at the beginning and the end. */
const LEFT: Record<NumberKind, readonly [number, number]> = {
  id: [6, 4],
  mobile: [3, 4],
  card: [4, 4],
};

function masked(written: string, kind: NumberKind, digits: string): string {
  const skipped = kind === 'mobile' ? digits.length - 11 : 0;
  const [before, after] = LEFT[kind];
  let at = 0;
  return Array.from(plain(written))
    .map((c, index) => {
      if (!/[0-9X]/.test(c)) return c;
      at += 1;
      const hidden = at > skipped + before && at <= digits.length - after;
      return hidden ? '*' : (written[index] ?? c);
    })
    .join('');
}

/** Every number of somebody in a text, in its order; none overlaps another. */
export function numbersIn(text: string): Found[] {
  const even = plain(text);
  const groups = groupsOf(even);
  const found: Found[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    for (let last = longest(even, groups, first); last >= first; last -= 1) {
      const taken = groups.slice(first, last + 1);
      const kind = kindOf(taken);
      const [start, end] = [groups[first]?.start ?? 0, groups[last]?.end ?? 0];
      if (kind === null) continue;
      const digits = taken.map((group) => group.digits).join('');
      found.push({
        kind,
        start,
        end,
        digits,
        masked: masked(text.slice(start, end), kind, digits),
      });
      first = last;
      break;
    }
  }
  return found;
}

/** The last group that may belong to one number with this one. */
function longest(text: string, groups: readonly Group[], first: number): number {
  let last = first;
  let length = groups[first]?.digits.length ?? 0;
  for (; last + 1 < groups.length && last + 1 < first + MOST_GROUPS; last += 1) {
    const [here, next] = [groups[last], groups[last + 1]];
    if (!here || !next || !PARTS.test(text.slice(here.end, next.start))) break;
    length += next.digits.length;
    if (length > 19) break;
  }
  return last;
}

/** The text with these numbers masked. */
export function withMasked(text: string, found: readonly Found[]): string {
  return [...found]
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, masked: by }) => now.slice(0, start) + by + now.slice(end), text);
}
