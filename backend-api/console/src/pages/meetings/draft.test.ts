import { expect, it } from 'vitest';

import type { Fields } from './draft';
import { onCalendar } from '../../kit/china_calendar';
import { placed } from '../../kit/form_dialog/fields';
import { draftOf, fieldsOf, LABELS, read, SERVER_NAMES, suggestedStart } from './draft';

const fields: Fields = {
  title: ' 党员大会 ',
  kind: 'conference',
  organization_code: 'a',
  audience_code: 'b',
  starts_at: onCalendar(new Date('2026-11-25T09:30:42+08:00').getTime()),
  planned_minutes: 90,
  record: true,
  recording_list: 'news',
  agenda: '',
};

it('makes a draft of the form', () => {
  expect(draftOf(fields)).toEqual({
    title: '党员大会',
    agenda: '',
    kind: 'conference',
    organization_code: 'a',
    audience_code: 'b',
    starts_at_ms: new Date('2026-11-25T09:30:00+08:00').getTime(),
    planned_ms: 5_400_000,
    record: true,
    recording_list: 'news',
  });
  expect(draftOf({ ...fields, record: false }).recording_list).toBe('');
});

it('shows the time in China and sends back the same moment', () => {
  const starts_at_ms = new Date('2026-11-28T09:00:00+08:00').getTime();
  const organization = { id: 'o', name: '清河镇' };
  const shown = fieldsOf({
    meeting: {
      id: 'm',
      meeting_kind: 'conference',
      state: 'scheduled',
      title: '党员大会',
      agenda: '',
      organization,
      starts_at_ms,
      planned_ms: 3_600_000,
    },
    audience: organization,
    audience_code: 'q',
    organization_code: 'q',
    record: false,
    recording_list: '',
    recording: 'none',
    hold_recording: false,
    version: 1,
    created_by: 'admin',
    updated_at_ms: 0,
  });
  expect(shown.starts_at.format('YYYY-MM-DD HH:mm')).toBe('2026-11-28 09:00');
  expect(draftOf(shown).starts_at_ms).toBe(starts_at_ms);
});

it('puts the errors of the server at the fields of the form', () => {
  const sorted = placed(
    [
      { field: 'starts_at_ms', message: '太早。' },
      { field: 'title', message: '太长。' },
    ],
    LABELS,
    SERVER_NAMES,
  );
  expect(sorted.fields).toEqual([
    { name: 'title', errors: ['太长。'] },
    { name: 'starts_at', errors: ['太早。'] },
  ]);
});

it('reads values out', () => {
  const now = new Date('2026-11-25T08:00:00+08:00').getTime();
  const names = (code: string) => ({ a: '清河镇', news: '清河播报' })[code];
  const said = (Object.keys(fields) as (keyof Fields)[]).map((name) => [
    name,
    read(name, fields[name], names, now),
  ]);
  expect(Object.fromEntries(said)).toEqual({
    title: ' 党员大会 ',
    kind: '视频会议',
    organization_code: '清河镇',
    audience_code: 'b',
    starts_at: '今天 09:30',
    planned_minutes: '90 分钟',
    record: '录下来',
    recording_list: '清河播报',
    agenda: '',
  });
  expect(read('record', false, names, now)).toBe('不录');
  expect(read('recording_list', undefined, names, now)).toBe('');
});

it('suggests the next half hour that leaves time to prepare', () => {
  const at = (text: string) => new Date(`2026-11-25T${text}+08:00`).getTime();
  expect(suggestedStart(at('09:00:00'))).toBe(at('09:30:00'));
  expect(suggestedStart(at('09:20:00'))).toBe(at('09:30:00'));
  expect(suggestedStart(at('09:20:01'))).toBe(at('10:00:00'));
});
