/** Between the forms of the place and its sections and the one document the server keeps. Pure. */
import { Refusal } from '../../api/refusal';
import type {
  HelpContact,
  Listing,
  ListingKind,
  Pronunciation,
  Section,
  Township,
} from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';

export const LIST_KIND: Record<ListingKind, string> = {
  bulletins: '公告',
  honours: '先锋',
  guides: '指南',
  programmes: '节目',
  meetings: '会议',
  duty: '坐班',
  branches: '支部主页',
  services: '一键服务',
  suggestions: '建议',
  evaluations: '测评和问卷',
  results: '评议结果',
  unknown: '不认识的',
};

export interface PlaceFields {
  name: string;
  title: string;
}

export const PLACE_LABELS: Labels<PlaceFields> = {
  name: '地名',
  title: '电视上的标题',
};

export interface SectionFields {
  title: string;
  /** One a line of the form; a new one has no id yet. */
  listings: Partial<Listing>[];
}

export const SECTION_LABELS: Labels<SectionFields> = {
  title: '栏目名称',
  listings: '里面的列表',
};

export interface HelpFields {
  help: HelpContact[];
}

export const HELP_LABELS: Labels<HelpFields> = { help: '帮助电话' };

export const helpOf = ({ help }: Township): HelpFields => ({ help: help ?? [] });

/** The document with other numbers to call. */
export function withHelp(township: Township, { help }: HelpFields): Township {
  const trimmed = help.map(({ office, telephone, name, hours }) => ({
    office: office.trim(),
    telephone: telephone.trim(),
    name: name?.trim() ?? '',
    hours: hours?.trim() ?? '',
  }));
  return { ...township, help: trimmed };
}

/** What the server says of a number, with which of them it is. @returns a refusal */
export const ofHelp = (error: unknown): unknown => ofLine(error, 'help');

/** What the server says of a line of a list with this name, with which of them it is. */
function ofLine(error: unknown, list: string): unknown {
  if (!(error instanceof Refusal)) return error;
  const line = new RegExp(`^${list}\\[(\\d+)\\]`);
  const fields = error.fields.map(({ field, message }) => {
    const at = line.exec(field)?.[1];
    return { field, message: at === undefined ? message : `第 ${Number(at) + 1} 个：${message}` };
  });
  return new Refusal(error.status, error.code, error.message, fields);
}

/** Numbers to call, read out. */
export function called(help: readonly HelpContact[]): string {
  const one = ({ office, telephone, name, hours }: HelpContact) =>
    `${office} ${name ? `${name} ` : ''}${telephone}${hours ? `（${hours}）` : ''}`;
  return help.map(one).join('；') || '没有';
}

export interface WordFields {
  pronunciations: Pronunciation[];
}

export const WORD_LABELS: Labels<WordFields> = { pronunciations: '朗读的读音' };

export const wordsOf = ({ pronunciations }: Township): WordFields => ({
  pronunciations: pronunciations ?? [],
});

/** The document with other readings of words. */
export function withWords(township: Township, { pronunciations }: WordFields): Township {
  const trimmed = pronunciations.map(({ word, said }) => ({
    word: word.trim(),
    said: said.trim(),
  }));
  return { ...township, pronunciations: trimmed };
}

/** What the server says of a word, with which of them it is. @returns a refusal */
export const ofWords = (error: unknown): unknown => ofLine(error, 'pronunciations');

/** Words and how they are read, read out. */
export function spoken(words: readonly Pronunciation[]): string {
  return words.map(({ word, said }) => `${word} 读作 ${said}`).join('；') || '没有';
}

/** What televisions do by themselves. */
export interface MannersFields {
  from_hour: number;
  until_hour: number;
  live_fills_home: boolean;
}

export const MANNERS_LABELS: Labels<MannersFields> = {
  from_hour: '晚上几点起',
  until_hour: '到早上几点',
  live_fills_home: '首页没人按键时',
};

/** The server's names of the two hours. */
export const MANNERS_NAMES = { quiet: 'from_hour' } as const;

export const mannersOf = ({ quiet, live_fills_home }: Township): MannersFields => ({
  from_hour: quiet?.from_hour ?? 22,
  until_hour: quiet?.until_hour ?? 6,
  live_fills_home: live_fills_home ?? false,
});

/** The document with other manners. */
export const withManners = (township: Township, fields: MannersFields): Township => ({
  ...township,
  quiet: { from_hour: fields.from_hour, until_hour: fields.until_hour },
  live_fills_home: fields.live_fills_home,
});

export const hour = (value: number) => `${value}:00`;

export const LIVE_FILLS: Readonly<Record<'true' | 'false', string>> = {
  false: '30 秒后问一声要不要看直播',
  true: '20 秒后整屏放正在进行的直播',
};

/** Manners, read out. */
export function mannersSaid(township: Township): string {
  const { from_hour, until_hour, live_fills_home } = mannersOf(township);
  const quiet =
    from_hour === until_hour
      ? '夜里也照常提醒'
      : `${hour(from_hour)} 到 ${hour(until_hour)} 不打扰`;
  return `${quiet}；首页没人按键，${LIVE_FILLS[`${live_fills_home}`]}`;
}

export const placeOf = ({ name, title }: Township): PlaceFields => ({ name, title });

export const sectionOf = ({ title, listings }: Section): SectionFields => ({ title, listings });

/** Ids are for machines: a new list is called by its section and a number that nobody has. */
export function idFor(section: string, used: ReadonlySet<string>): string {
  let number = 1;
  while (used.has(`${section}-${number}`)) number += 1;
  return `${section}-${number}`;
}

/** The document with one section as its form has it. */
export function withSection(township: Township, id: string, fields: SectionFields): Township {
  const used = new Set(
    township.sections.flatMap((section) => [section.id, ...section.listings.map((it) => it.id)]),
  );
  const listings = fields.listings.map((listing): Listing => {
    const own = listing.id ?? idFor(id, used);
    used.add(own);
    return {
      id: own,
      title: listing.title?.trim() ?? '',
      kind: listing.kind ?? 'bulletins',
      about: listing.about?.trim() ?? '',
    };
  });
  const sections = township.sections.map((section) =>
    section.id === id ? { ...section, title: fields.title.trim(), listings } : section,
  );
  return { ...township, sections };
}

/** What the server says of the document, in the words of a section's form. @returns a refusal */
export function ofSection(error: unknown, at: number): unknown {
  if (!(error instanceof Refusal)) return error;
  const own = `sections[${at}].`;
  const fields = error.fields.map(({ field, message }) => {
    const within = field.startsWith(own) ? field.slice(own.length) : field;
    const listing = /^listings\[(\d+)\]/.exec(within);
    // Which of them is said: the field is the whole of them.
    const words = listing ? `第 ${Number(listing[1]) + 1} 个列表：${message}` : message;
    return { field: within, message: words };
  });
  return new Refusal(error.status, error.code, error.message, fields);
}

/** A section's lists, read out. */
export function listed(listings: readonly Partial<Listing>[]): string {
  return listings.map(({ title }) => title ?? '').join('、');
}
