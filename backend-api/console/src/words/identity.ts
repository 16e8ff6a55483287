/**
 * Numbers of people and what belongs beside them, judged as the server does, so that what is wrong is said
 * while it is written. Pure. What is said never repeats the number but for a check digit.
 */

/** Weights of the first 17 characters (GB 11643, appendix A). */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
/** Check characters by the weighted sum modulo 11. */
const CHECK = '10X98765432';

/** Upper case, without spaces and invisible characters; full-width characters as the narrow ones. */
export function plain(text: string): string {
  return text
    .replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[—–]/g, '-')
    .replace(/[\s\p{Cc}\u200b-\u200f\u202a-\u202e\ufeff']/gu, '')
    .toUpperCase();
}

/** What is left of a long number after a spreadsheet took it for one to calculate with. */
export function looksRounded(text: string): boolean {
  const read = plain(text);
  return read.includes('E+') || (read.includes('.') && read.includes('E'));
}

/** The check character of 17 digits. */
export function checkOf(digits: string): string {
  const sum = WEIGHTS.reduce((all, weight, n) => all + weight * Number(digits[n]), 0);
  return CHECK[sum % 11] ?? '';
}

/** What is wrong with an identity number; `today` as `2026-11-30`. Empty: nothing is said. */
export function idTrouble(text: string, today: string): string | null {
  const read = plain(text);
  if (read === '') return null;
  if (looksRounded(read)) {
    return '表格把号码变成了科学计数，后几位已经丢了。请看证件重填，并把那一列设成“文本”';
  }
  if (/^\d{15}$/.test(read)) return '这是 15 位的旧号码，请填 18 位的身份证号';
  if (read.length !== 18) return `身份证号应是 18 位，现在是 ${read.length} 位，请看证件补`;
  if (!/^\d{17}[\dX]$/.test(read)) return '前 17 位应是数字，最后一位是数字或 X，请看证件改';
  const right = checkOf(read);
  if (right !== read[17]) {
    return `最后一位对不上：前 17 位算出来应是 ${right}，写的是 ${read[17] ?? ''}。请看本人证件再改，不要猜`;
  }
  const born = `${read.slice(6, 10)}-${read.slice(10, 12)}-${read.slice(12, 14)}`;
  if (!isDay(born) || born < '1880-01-01' || born > today) {
    return '里面的出生日期不对，请看证件改';
  }
  return null;
}

/** What is wrong with a telephone number. Empty: nothing is said. */
export function phoneTrouble(text: string): string | null {
  const read = plain(text);
  if (read === '') return null;
  if (looksRounded(read)) {
    return '表格把电话变成了科学计数。请在这里重填，并把那一列设成“文本”';
  }
  const digits = read.replace(/[-()]/g, '').replace(/^(\+86|0086)/, '');
  const good = /^1[3-9]\d{9}$/.test(digits) || /^0[1-9]\d{8,10}$/.test(digits);
  return good ? null : '应是 11 位手机号，或带区号的固定电话，例如 0516-88880000';
}

/** What is wrong with the number of a card. Empty: nothing is said. */
export function cardTrouble(text: string): string | null {
  const read = plain(text).replace(/[-:]/g, '');
  if (read === '') return null;
  if (looksRounded(read)) {
    return '表格把卡号变成了科学计数。请在这里重填，并把那一列设成“文本”';
  }
  return /^[0-9A-Z]{6,32}$/.test(read)
    ? null
    : '卡号应是 6 到 32 个数字或字母，请在读卡器上刷一下再填';
}

/** A day as people write it, as `2001-07-01`; `null`: it is none. */
export function dayOf(text: string): string | null {
  const parts = text
    .trim()
    .replace(/[日号]$/, '')
    .split(/[-/.年月]/);
  const [whole = ''] = parts;
  const [year, month, day] =
    parts.length === 1 && /^\d{8}$/.test(whole)
      ? [whole.slice(0, 4), whole.slice(4, 6), whole.slice(6)]
      : parts.length === 3
        ? parts.map((part) => part.trim())
        : [];
  if (
    !/^\d{4}$/.test(year ?? '') ||
    !/^\d{1,2}$/.test(month ?? '') ||
    !/^\d{1,2}$/.test(day ?? '')
  ) {
    return null;
  }
  const read = `${year ?? ''}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`;
  return isDay(read) && read >= '1900-01-01' && read <= '2100-12-31' ? read : null;
}

/** What is wrong with the day of something that is over. Empty: nothing is said. */
export function pastDayTrouble(text: string, today: string): string | null {
  if (text.trim() === '') return null;
  const read = dayOf(text);
  if (read === null) return '看不出是哪一天，请写成 2001-07-01 这样';
  return read > today ? `日期在以后（${read.slice(0, 4)}年），应是过去的一天` : null;
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Whether a text holds what may be somebody's number: enough digits in a row that are no date. */
export function holdsNumber(text: string): boolean {
  const found = plain(text).match(/[\d\-()]{5,}/g) ?? [];
  return found.some((run) => dayOf(run) === null && run.replace(/\D/g, '').length >= 5);
}
