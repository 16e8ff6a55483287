/** Between the form's fields and what the server takes of a programme. Pure. */
import type { Dayjs } from 'dayjs';
import dayjs from 'dayjs';

import type { CaptionText, Picture, ProgrammeEdit, StaffProgramme } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { momentOf, onCalendar } from '../../kit/china_calendar';
import { hasCaptions } from './filters';

/** What becomes of the captions. */
export type Captions =
  | { kind: 'none' }
  /** Those there are stay. */
  | { kind: 'kept' }
  | { kind: 'file'; name: string; text: string };

export interface Fields {
  title: string;
  category: string;
  organization_code: string;
  audience_code: string;
  summary: string;
  captions: Captions;
  /** From where in the film the still picture is, in seconds; only of a new one. */
  poster_at_ms?: number | null;
  /** Its still picture; only of one that is there. */
  poster?: Picture;
  /** Its place in the list; only of one that is there. */
  dated_at_ms?: Dayjs | null;
}

export const LABELS: Labels<Required<Fields>> = {
  title: '片名',
  category: '栏目',
  organization_code: '单位',
  audience_code: '给谁看',
  summary: '简介',
  captions: '字幕',
  poster_at_ms: '封面',
  poster: '封面',
  dated_at_ms: '日期',
};

/** As the server bounds it, in characters. */
export const LONGEST_SUMMARY = 1000;

/** The language of captions that are given here. */
const LANGUAGE = 'zh-CN';

/** Without the ending: `春耕.mp4` is 春耕. */
export function titleOf(fileName: string): string {
  return fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim();
}

export function fieldsOf(one: StaffProgramme): Fields {
  return {
    title: one.title,
    category: one.category,
    organization_code: one.organization_code,
    audience_code: one.audience_code,
    summary: one.description ?? '',
    captions: { kind: hasCaptions(one) ? 'kept' : 'none' },
    poster: one.poster,
    dated_at_ms: one.published_at_ms > 0 ? onCalendar(one.published_at_ms) : null,
  };
}

/** Captions for the server; of those there are, `text` is left out. A file is the Chinese ones. */
export function captionsOf(
  captions: Captions,
  before: StaffProgramme['captions'] = [],
): CaptionText[] {
  const there = before.map(({ language }) => language);
  if (captions.kind === 'none') return [];
  if (captions.kind === 'kept') return there.map((language) => ({ language }));
  const own = there.find((language) => language.startsWith('zh')) ?? LANGUAGE;
  const others = there.filter((language) => language !== own);
  return [
    // First, so that what the server says of it is found.
    { language: own, text: captions.text },
    ...others.map((language) => ({ language })),
  ];
}

/** `before`: the programme as it stood when the form was filled; nothing of a new one. */
export function editOf(fields: Fields, before?: StaffProgramme): ProgrammeEdit {
  return {
    title: fields.title.trim(),
    category: fields.category,
    organization_code: fields.organization_code,
    audience_code: fields.audience_code,
    summary: fields.summary.trim(),
    captions: captionsOf(fields.captions, before?.captions),
    // The one there is stays without being named.
    ...(fields.poster && fields.poster.screen.name !== before?.poster.screen.name
      ? { poster: fields.poster }
      : {}),
    ...(fields.dated_at_ms ? { dated_at_ms: momentOf(fields.dated_at_ms) } : {}),
  };
}

/** What a field holds, in words. */
export function read(
  name: string,
  value: unknown,
  names: {
    organization: (code: string) => string | undefined;
    list: (id: string) => string;
    moment: (ms: number) => string;
  },
): string {
  if (name === 'captions') {
    const { kind } = value as Captions;
    if (kind === 'file') return (value as { name: string }).name;
    return kind === 'kept' ? '有' : '没有';
  }
  if (name === 'poster') {
    return (value as Picture | undefined)?.screen.name ? '一张画面' : '没有';
  }
  if (name === 'dated_at_ms') return dayjs.isDayjs(value) ? names.moment(momentOf(value)) : '';
  const text = typeof value === 'string' ? value : '';
  if (name === 'category') return names.list(text);
  return name.endsWith('_code') ? (names.organization(text) ?? text) : text;
}
