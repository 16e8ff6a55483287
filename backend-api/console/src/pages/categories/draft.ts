/** Between the form's fields and what the server takes. Pure. */
import { Refusal } from '../../api/refusal';
import type { CategoryDraft, CategoryKind, ClockKind, Level, StaffCategory } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { CATEGORY_KIND, CLOCK, LEVEL } from '../../words/requests';

export interface Fields {
  code: string;
  organization_code: string;
  /** 1 to 9; 0 of suggestions. */
  digit: number;
  title: string;
  icon: string;
  about: string;
  kind: CategoryKind;
  /** Nothing: the asker's own village. */
  office_code?: string | undefined;
  response_hours: number;
  clock: ClockKind;
  least_level: Level;
  /** One a line. */
  sentences: string;
  papers: string;
  canned_replies: string;
}

export const LABELS: Labels<Fields> = {
  code: '代码',
  title: '名称',
  digit: '电视上的数字键',
  icon: '图标',
  kind: '用来做什么',
  organization_code: '哪里的人可以用',
  office_code: '谁来答复',
  response_hours: '多久以内答复',
  clock: '时间怎么算',
  least_level: '至少由哪一级办',
  about: '说明',
  sentences: '常说的话',
  papers: '要带的东西',
  canned_replies: '常用答复',
};

/** What is new begins so. */
export const NEW: Partial<Fields> = {
  kind: 'service',
  digit: 1,
  icon: '',
  about: '',
  response_hours: 24,
  clock: 'wall',
  least_level: 'village',
  sentences: '',
  papers: '',
  canned_replies: '',
};

/** One a line, empty lines left out. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const joined = (all: readonly string[] | undefined) => (all ?? []).join('\n');

export function fieldsOf({ code, draft }: StaffCategory): Fields {
  return {
    code,
    organization_code: draft.organization_code,
    digit: draft.digit,
    title: draft.title,
    icon: draft.icon ?? '',
    about: draft.about ?? '',
    kind: draft.kind ?? 'service',
    office_code: draft.office_code ?? undefined,
    response_hours: draft.response_hours,
    clock: draft.clock ?? 'wall',
    least_level: draft.least_level ?? 'village',
    sentences: joined(draft.sentences),
    papers: joined(draft.papers),
    canned_replies: joined(draft.canned_replies),
  };
}

export function draftOf(fields: Fields): CategoryDraft {
  const { office_code } = fields;
  return {
    organization_code: fields.organization_code,
    // Suggestions have no key.
    digit: fields.kind === 'suggestion' ? 0 : fields.digit,
    title: fields.title.trim(),
    icon: fields.icon.trim(),
    about: fields.about.trim(),
    kind: fields.kind,
    ...(office_code === undefined || office_code === '' ? {} : { office_code }),
    response_hours: fields.response_hours,
    clock: fields.clock,
    least_level: fields.least_level,
    sentences: lines(fields.sentences),
    papers: lines(fields.papers),
    canned_replies: lines(fields.canned_replies),
  };
}

/** Of a new one: that there is one of this code already is said at the code. */
export function taken(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.status !== 412) return error;
  const message = '这个代码已经有类别用了，请换一个。';
  return new Refusal(422, error.code, message, [{ field: 'code', message }]);
}

/** A field's value in words; `nameOf` has the names of organizations. */
export function read(
  name: keyof Fields,
  value: unknown,
  nameOf: (code: string) => string | undefined,
): string {
  const is = { [name]: value } as Partial<Fields>;
  if (is.kind) return CATEGORY_KIND[is.kind];
  if (is.clock) return CLOCK[is.clock];
  if (is.least_level) return `${LEVEL[is.least_level]}里`;
  if (is.response_hours !== undefined) return `${is.response_hours} 小时`;
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}
