/** Between the form's fields and what the server takes. Pure. */
import type { Dayjs } from 'dayjs';

import type { FieldError } from '../../api/refusal';
import type { MeetingDraft, MeetingKind, StaffMeeting } from '../../api/types';
import { momentOf, onCalendar } from '../../parts/china_calendar';
import { MINUTE } from '../../words/time';

export interface Fields {
  title: string;
  kind: MeetingKind;
  organization_code: string;
  audience_code: string;
  /** As the picker has it: `onCalendar`. */
  starts_at: Dayjs;
  planned_minutes: number;
  record: boolean;
  recording_list?: string | undefined;
  agenda: string;
}

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

/** The server's names of fields where the form has others. */
const NAMES: Record<string, keyof Fields> = {
  starts_at_ms: 'starts_at',
  planned_ms: 'planned_minutes',
};
const OWN: readonly (keyof Fields)[] = [
  'title',
  'kind',
  'organization_code',
  'audience_code',
  'record',
  'recording_list',
  'agenda',
];

/** The server's field errors at the form's fields; what belongs to none of them is left over. */
export function placed(errors: readonly FieldError[]): {
  fields: { name: keyof Fields; errors: string[] }[];
  rest: string[];
} {
  const fields = new Map<keyof Fields, string[]>();
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const name = NAMES[field] ?? OWN.find((own) => own === field);
    if (name === undefined) rest.push(message);
    else fields.set(name, [...(fields.get(name) ?? []), message]);
  }
  return { fields: [...fields].map(([name, messages]) => ({ name, errors: messages })), rest };
}
