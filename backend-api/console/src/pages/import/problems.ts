/** What is wrong with the rows of a table, each at its cell, before anything is written. Pure. */
import type { Organization } from '../../api/types';
import {
  cardTrouble,
  holdsNumber,
  idTrouble,
  pastDayTrouble,
  phoneTrouble,
  plain,
} from '../../words/identity';
import type { Field, Row, What } from './columns';
import { COLUMNS } from './columns';

export interface Problem {
  line: number;
  /** Column of the sheet; `null`: it is about the whole row. */
  at: number | null;
  words: string;
  /** The row may be somebody who is registered: it is chosen, not mended. */
  double?: true;
  /** What may be meant. */
  fix?: { words: string; value: string };
}

export interface Rules {
  what: What;
  fields: readonly (Field | null)[];
  organizations: readonly Organization[];
  /** Code of the organization of rows that name none; empty: each must name one. */
  into: string;
  /** `2026-11-30` */
  today: string;
}

const STATUSES = [
  ['正式党员', '中共党员', '党员', '正式', 'full'],
  ['预备党员', '中共预备党员', '预备', 'probationary'],
  ['发展对象', '入党发展对象', 'development_target'],
  ['入党积极分子', '积极分子', 'activist'],
  ['入党申请人', '申请人', 'applicant'],
  ['群众', '村民', 'villager'],
] as const;

/** Whether the server knows this word for a standing. */
function isStatus(text: string): boolean {
  return STATUSES.some((words) => (words as readonly string[]).includes(text));
}

/** What spreadsheets write where a formula has no value. */
const ERROR = /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)$/;

type Say = Pick<Problem, 'words' | 'fix'>;
const say = (words: string | null): Say | null => (words === null ? null : { words });

/** The cell of a row that holds a field; empty: there is none. */
export function cellOf(row: Row, fields: readonly (Field | null)[], field: Field): string {
  const at = fields.indexOf(field);
  return at < 0 ? '' : (row.cells[at] ?? '').trim();
}

/** What is wrong with each of the rows. */
export function problemsOf(rows: readonly Row[], rules: Rules): Problem[] {
  const { what, fields, into } = rules;
  const judge = cellJudge(rules);
  const found: Problem[] = [];
  for (const row of rows) {
    for (const { field } of COLUMNS[what]) {
      const at = fields.indexOf(field);
      const text = cellOf(row, fields, field);
      const wrong =
        at < 0
          ? field === 'organization_code' && into === ''
            ? { words: '没有写是哪个单位，请在上面选“没写单位的算到”' }
            : field === 'name'
              ? { words: '没有这一列，请点列名对上' }
              : null
          : judge(field, text);
      if (wrong !== null) found.push({ line: row.line, at: at < 0 ? null : at, ...wrong });
    }
  }
  return [...found, ...doubles(rows, rules)].sort((a, b) => a.line - b.line);
}

function cellJudge({ what, organizations, into, today }: Rules) {
  const byCode = new Map(organizations.map((one) => [one.code, one]));
  const place = (text: string): Say | null => {
    if (text === '') return into === '' ? { words: '没有写是哪个单位' } : null;
    if (byCode.has(text)) return null;
    const meant = likely(text, organizations);
    return {
      words: `没有代码 ${text} 的单位`,
      ...(meant
        ? { fix: { words: `是不是 ${meant.code} ${meant.name}？`, value: meant.code } }
        : {}),
    };
  };
  return (field: Field, text: string): Say | null => {
    if (ERROR.test(text)) return { words: '表格里的公式没有算出结果，请写上内容' };
    switch (field) {
      case 'organization_code':
        return place(text);
      case 'name':
        return say(nameTrouble(text, what === 'members' ? '姓名' : '户名'));
      case 'status':
        if (text === '') return { words: '身份空着，请写上，例如：正式党员、群众' };
        return isStatus(text)
          ? null
          : { words: '身份要写：正式党员、预备党员、发展对象、入党积极分子、入党申请人或群众' };
      case 'id_number':
        return say(idTrouble(text, today));
      case 'phone':
        return say(phoneTrouble(text));
      case 'card':
        return say(cardTrouble(text));
      case 'joined_on': {
        const wrong = pastDayTrouble(text, today);
        return say(wrong);
      }
      case 'exempt_reason':
        if (text !== '' && Array.from(text).length < 2)
          return { words: '原因请用 2 到 200 个字写明' };
        if (Array.from(text).length > 200) return { words: '原因太长，请写 200 个字以内' };
        return holdsNumber(text) ? { words: '原因里不要写证件号或电话' } : null;
      case 'household':
        return text === '' ? null : say(nameTrouble(text, '户名'));
      case 'terminal':
        return null;
    }
  };
}

function nameTrouble(text: string, what: string): string | null {
  const length = Array.from(text).length;
  if (length === 0) return `${what}空着，补上，或这行先不导`;
  if (length > 40) return `${what}最多 40 个字，现在是 ${length} 个`;
  if (text.includes('\ufffd')) return `${what}里有乱码，请重新打`;
  return holdsNumber(text) ? `${what}里不要写证件号或电话` : null;
}

/** The organization that is called so, or whose code is one letter away. */
function likely(text: string, organizations: readonly Organization[]): Organization | null {
  const named = organizations.filter(({ name }) => name === text);
  if (named.length === 1) return named[0] ?? null;
  const close = organizations.filter(({ code }) =>
    oneApart(code.toUpperCase(), text.toUpperCase()),
  );
  return close.length === 1 ? (close[0] ?? null) : null;
}

/** Whether one character was changed, left out or added. */
function oneApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  return short.length === long.length
    ? short.slice(at + 1) === long.slice(at + 1)
    : short.slice(at) === long.slice(at + 1);
}

/** Rows of which nobody can tell whether they are one or two people, or that are the same. */
function doubles(rows: readonly Row[], { what, fields, into }: Rules): Problem[] {
  const found: Problem[] = [];
  const seen = new Map<string, { line: number; marked: boolean }>();
  const nameAt = fields.indexOf('name');
  const idAt = fields.indexOf('id_number');
  for (const row of rows) {
    const name = cellOf(row, fields, 'name').replace(/\s/g, '');
    if (name === '') continue;
    const place = cellOf(row, fields, 'organization_code') || into;
    const id = plain(cellOf(row, fields, 'id_number'));
    const phone = plain(cellOf(row, fields, 'phone'));
    const marked = id !== '' || phone !== '';
    const same = id === '' ? undefined : seen.get(`id ${place} ${id}`);
    const before = seen.get(`name ${place} ${name}`);
    if (same) {
      const words = `和第 ${same.line} 行的身份证号一样，是一个人就删去一行`;
      found.push({ line: row.line, at: idAt < 0 ? null : idAt, words });
    } else if (before && (what === 'households' || !marked || !before.marked)) {
      const words =
        what === 'households'
          ? `和第 ${before.line} 行是同一户，请删去一行`
          : `和第 ${before.line} 行同名，分不出是一个人还是两个人：补上身份证号或电话，或这行先不导`;
      found.push({ line: row.line, at: nameAt < 0 ? null : nameAt, words });
    }
    if (id !== '') seen.set(`id ${place} ${id}`, { line: row.line, marked });
    if (!before) seen.set(`name ${place} ${name}`, { line: row.line, marked });
  }
  return found;
}

/** A number on the screen: enough of it to find its row, and no more. */
export function shown(field: Field | null, text: string): string {
  if (field === 'id_number' && text.length > 10) {
    return `${text.slice(0, 6)}${'*'.repeat(text.length - 10)}${text.slice(-4)}`;
  }
  if (field === 'phone' && text.length > 8) return `${text.slice(0, 4)}****${text.slice(-4)}`;
  return text;
}
