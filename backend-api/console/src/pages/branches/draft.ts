/** Between the form's fields and what the server takes. Pure. */
import { Refusal } from '../../api/refusal';
import type { BranchDraft, StaffBranch } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';

export interface Fields {
  organization_code: string;
  audience_code: string;
  secretary: string;
  telephone: string;
  /** A paragraph a line. */
  introduction: string;
}

export const LABELS: Labels<Fields> = {
  organization_code: '单位',
  audience_code: '显示范围',
  secretary: '书记',
  telephone: '办公电话',
  introduction: '介绍',
};

/** The paragraphs of a text: one a line, empty lines between them left out. */
export function paragraphs(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function fieldsOf({ organization_code, draft }: StaffBranch): Fields {
  return {
    organization_code,
    audience_code: draft.audience_code,
    secretary: draft.secretary ?? '',
    telephone: draft.telephone ?? '',
    introduction: draft.introduction.join('\n'),
  };
}

/** `before`: the page as it stood; its photograph stays. */
export function draftOf(fields: Fields, before: StaffBranch | undefined): BranchDraft {
  return {
    audience_code: fields.audience_code,
    secretary: fields.secretary.trim(),
    telephone: fields.telephone.trim(),
    introduction: paragraphs(fields.introduction),
    ...(before?.draft.photo ? { photo: before.draft.photo } : {}),
  };
}

/** A field's value in words; `nameOf` has the names of organizations. */
export function read(value: unknown, nameOf: (code: string) => string | undefined): string {
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}

/** Of a page that is new: that there is one already is said where the organization was chosen. */
export function taken(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.status !== 412) return error;
  const message = '这个单位已经有主页了，请关掉这里，在列表里修改它。';
  return new Refusal(422, error.code, message, [{ field: 'organization_code', message }]);
}
