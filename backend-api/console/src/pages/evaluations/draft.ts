/** Between the form's fields and what the server takes. Pure. */
import type { Dayjs } from 'dayjs';

import type {
  EvaluationDraft,
  EvaluationKind,
  MemberStatus,
  QuestionForm,
  StaffEvaluation,
} from '../../api/types';
import type { FieldError } from '../../api/refusal';
import { textOf } from '../../forms/written';
import { momentOf, onCalendar } from '../../kit/china_calendar';
import type { Labels, ServerNames } from '../../kit/form_dialog/fields';
import { EVALUATION_KIND, statusWords } from '../../words/evaluations';
import { DAY, HOUR, moment, startOfDay } from '../../words/time';

export interface Fields {
  title: string;
  kind: EvaluationKind;
  organization_code: string;
  /** Code of who is judged; nothing: nobody is. */
  target_code?: string | undefined;
  list: string;
  about: string;
  /** None: everybody. */
  statuses: MemberStatus[];
  named: boolean;
  /** As the picker has it: `onCalendar`. */
  opens_at: Dayjs;
  closes_at: Dayjs;
  questions: QuestionForm;
}

export const LABELS: Labels<Fields> = {
  title: '名称',
  kind: '是什么',
  organization_code: '谁来组织',
  target_code: '评议谁',
  list: '放在哪个栏目',
  about: '说明',
  statuses: '谁来答',
  named: '记名还是不记名',
  opens_at: '开始',
  closes_at: '截止',
  questions: '题目',
};

export const SERVER_NAMES: ServerNames<Fields> = {
  opens_at_ms: 'opens_at',
  closes_at_ms: 'closes_at',
  form: 'questions',
};

/** Three days from now at eight, for a week: in time to object, and long enough for everybody. */
export function suggestedTimes(now: number): { opens_at: Dayjs; closes_at: Dayjs } {
  const opens = startOfDay(now) + 3 * DAY + 8 * HOUR;
  return { opens_at: onCalendar(opens), closes_at: onCalendar(opens + 7 * DAY + 12 * HOUR) };
}

export function fieldsOf({ evaluation, ...staff }: StaffEvaluation): Fields {
  return {
    title: evaluation.title,
    kind: evaluation.evaluation_kind,
    organization_code: staff.organization_code ?? '',
    target_code: staff.target_code ?? undefined,
    list: evaluation.list,
    about: evaluation.about ?? '',
    statuses: staff.statuses,
    named: evaluation.named ?? false,
    opens_at: onCalendar(evaluation.opens_at_ms),
    closes_at: onCalendar(evaluation.closes_at_ms),
    questions: evaluation.form,
  };
}

/** Another one like this, at another time. */
export function copyOf(one: StaffEvaluation, now: number): Fields {
  return { ...fieldsOf(one), ...suggestedTimes(now) };
}

export function draftOf(fields: Fields): EvaluationDraft {
  const { target_code } = fields;
  return {
    title: fields.title.trim(),
    kind: fields.kind,
    organization_code: fields.organization_code,
    ...(target_code === undefined || target_code === '' ? {} : { target_code }),
    list: fields.list,
    about: fields.about.trim(),
    statuses: fields.statuses,
    named: fields.named,
    opens_at_ms: momentOf(fields.opens_at.startOf('minute')),
    closes_at_ms: momentOf(fields.closes_at.startOf('minute')),
    form: fields.questions,
  };
}

/** What the server said of questions, by their ids; `第 2 题：` is said by where it stands. */
export function faultsOf(
  errors: readonly FieldError[],
  { questions }: QuestionForm,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { field, message } of errors) {
    const place = /^form\.questions\[(\d+)\]/.exec(field)?.[1];
    const id = place === undefined ? undefined : questions[Number(place)]?.id;
    if (id === undefined) continue;
    found.set(id, [...(found.get(id) ?? []), message.replace(/^第 \d+ 题：/, '')]);
  }
  return found;
}

type NameOf = (code: string) => string | undefined;

/** A field's value in words. */
export function read(name: keyof Fields, value: unknown, nameOf: NameOf, now: number): string {
  const is = { [name]: value } as Partial<Fields>;
  if (is.kind) return EVALUATION_KIND[is.kind];
  if (is.statuses) return is.statuses.map(statusWords).join('、') || '所有登记的人';
  if (is.named !== undefined) return is.named ? '记名' : '不记名';
  if (is.questions) return textOf(is.questions);
  const at = is.opens_at ?? is.closes_at;
  if (at) return moment(momentOf(at), now);
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}
