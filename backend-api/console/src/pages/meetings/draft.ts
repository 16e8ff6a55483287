/** Between the form's fields and what the server takes. Pure. */
import type { Dayjs } from 'dayjs';

import type { Every, MeetingDraft, MeetingKind, StaffMeeting } from '../../api/types';
import { momentOf, onCalendar } from '../../kit/china_calendar';
import type { Labels, ServerNames } from '../../kit/form_dialog/fields';
import { KIND } from '../../words/states';
import { MINUTE, moment } from '../../words/time';

export interface Fields {
  title: string;
  kind: MeetingKind;
  /** As the picker has it: `onCalendar`. */
  starts_at: Dayjs;
  planned_minutes: number;
  organization_code: string;
  audience_code: string;
  record: boolean;
  recording_list?: string | undefined;
  agenda: string;
  /** Of a new one: how often it is held. */
  every?: Every | 'once' | undefined;
  ends?: 'times' | 'until' | undefined;
  times?: number | null | undefined;
  /** The last day, as the picker has it. */
  until?: Dayjs | null | undefined;
  /** Beginnings by the rule that are moved from a free day. */
  moved?: number[] | undefined;
  /** Of one of a series: how far a change reaches. */
  reach?: 'one' | 'following' | undefined;
}

export const LABELS: Labels<Fields> = {
  title: '会议名称',
  kind: '方式',
  starts_at: '开始时间',
  planned_minutes: '预计开多久',
  organization_code: '主办',
  audience_code: '参加范围',
  record: '录制',
  recording_list: '回放放在',
  agenda: '议程',
  every: '重复',
  ends: '开到什么时候',
  times: '一共开几次',
  until: '最后一天',
  moved: '休息日的场次',
  reach: '改哪几场',
};

export const SERVER_NAMES: ServerNames<Fields> = {
  starts_at_ms: 'starts_at',
  planned_ms: 'planned_minutes',
  repeat: 'every',
};

/** The next full or half hour that leaves ten minutes to prepare. */
export function suggestedStart(now: number): number {
  const half = 30 * MINUTE;
  return Math.ceil((now + 10 * MINUTE) / half) * half;
}

export function fieldsOf({ meeting, ...staff }: StaffMeeting): Fields {
  return {
    title: meeting.title,
    kind: meeting.meeting_kind,
    organization_code: staff.organization_code,
    audience_code: staff.audience_code,
    starts_at: onCalendar(meeting.starts_at_ms),
    planned_minutes: Math.round(meeting.planned_ms / MINUTE),
    record: staff.record,
    recording_list: staff.recording_list === '' ? undefined : staff.recording_list,
    agenda: meeting.agenda ?? '',
    reach: 'one',
  };
}

export function draftOf(fields: Fields): MeetingDraft {
  return {
    title: fields.title.trim(),
    agenda: fields.agenda.trim(),
    kind: fields.kind,
    organization_code: fields.organization_code,
    audience_code: fields.audience_code,
    starts_at_ms: momentOf(fields.starts_at.startOf('minute')),
    planned_ms: fields.planned_minutes * MINUTE,
    record: fields.record,
    recording_list: fields.record ? (fields.recording_list ?? '') : '',
  };
}

/** Names for codes and ids: of organizations and lists. */
type NameOf = (code: string) => string | undefined;

/** A field's value in words. */
export function read(name: keyof Fields, value: unknown, nameOf: NameOf, now: number): string {
  const is = { [name]: value } as Partial<Fields>;
  if (is.kind) return KIND[is.kind];
  if (is.starts_at) return moment(momentOf(is.starts_at), now);
  if (is.planned_minutes !== undefined) return `${is.planned_minutes} 分钟`;
  if (is.record !== undefined) return is.record ? '录下来' : '不录';
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}
