/** Between the forms' fields and what the server takes of a submission. Pure. */
import type { Submission, SubmissionDraft, SubmissionFilm, SubmissionTake } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';

/** As the server bounds them. */
export const LONGEST_TITLE = 60;
export const LONGEST_TEXT = 3000;
export const LONGEST_FILM_TEXT = 1000;
export const MOST_PICTURES = 9;

export interface Fields {
  organization_code: string;
  title: string;
  text: string;
  /** Ids. */
  pictures: string[];
  upload: SubmissionFilm | null;
}

export const LABELS: Labels<Fields> = {
  organization_code: '投稿单位',
  title: '标题',
  text: '内容',
  pictures: '图片',
  upload: '影片',
};

export function fieldsOf(one: Submission): Fields {
  return {
    organization_code: one.organization_code,
    title: one.title,
    text: one.text,
    pictures: one.attachments.map(({ id }) => id),
    upload: one.upload ?? null,
  };
}

export function draftOf(fields: Fields): SubmissionDraft {
  return {
    organization_code: fields.organization_code,
    title: fields.title.trim(),
    text: fields.text.trim(),
    pictures: fields.pictures,
    ...(fields.upload ? { upload: fields.upload.upload } : {}),
  };
}

/** What is wrong with the text beside what goes with it; `null`: nothing. */
export function textTrouble({
  text,
  pictures,
  upload,
}: Partial<Pick<Fields, 'text' | 'pictures' | 'upload'>>): string | null {
  const length = Array.from((text ?? '').trim()).length;
  const most = upload ? LONGEST_FILM_TEXT : LONGEST_TEXT;
  if (length > most) {
    return `写了 ${length} 个字，${upload ? '带影片时' : ''}最多 ${most} 个`;
  }
  if (length === 0 && (pictures ?? []).length === 0 && !upload) {
    return '请写下内容，或者选一张图片、一个影片';
  }
  return null;
}

/** What a field holds, in words. */
export function read(
  name: string,
  value: unknown,
  nameOf: (code: string) => string | undefined,
): string {
  if (name === 'pictures') {
    const count = Array.isArray(value) ? value.length : 0;
    return count === 0 ? '没有' : `${count} 张`;
  }
  if (name === 'upload') return (value as SubmissionFilm | null)?.file_name ?? '没有';
  const text = typeof value === 'string' ? value : '';
  return name === 'organization_code' ? (nameOf(text) ?? text) : text;
}

export type TakeFields = SubmissionTake;

export const TAKE_LABELS: Labels<TakeFields> = {
  title: '标题',
  list: '放在哪个栏目',
  organization_code: '落款单位',
  audience_code: '给谁看',
};

/** Where the draft is that was made of one; `null`: nothing was. */
export function placeOfMade({
  bulletin_id: bulletin,
  programme_id: programme,
}: Pick<Submission, 'bulletin_id' | 'programme_id'>): string | null {
  if (bulletin != null) return `/publish/${encodeURIComponent(bulletin)}/edit`;
  return programme == null ? null : `/programmes?open=${encodeURIComponent(programme)}`;
}
