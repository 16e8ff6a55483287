/** How duty rooms are listed, and between the form's fields and what the server takes. Pure. */
import type { DutyRoom, DutyRoomDraft, DutySource, Organization } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';
import { DUTY_SOURCE } from '../../words/states';

export interface Place {
  id: string;
  name: string;
  rooms: DutyRoom[];
}

/** Rooms by place, in the order of the tree; within a place in the order in which they were made. */
export function places(
  rooms: readonly DutyRoom[],
  organizations: readonly Organization[],
): Place[] {
  const order = new Map(organizations.map(({ id }, index) => [id, index]));
  const found = new Map<string, Place>();
  for (const room of [...rooms].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id, name } = room.organization;
    const place = found.get(id) ?? { id, name, rooms: [] };
    place.rooms.push(room);
    found.set(id, place);
  }
  const last = organizations.length;
  return [...found.values()].sort((a, b) => (order.get(a.id) ?? last) - (order.get(b.id) ?? last));
}

/** What is said when there is no room: nothing of a button that is not there. */
export function emptyWords(may: boolean): string {
  return may
    ? '还没有坐班室。点“新建坐班室”，选一台站点电视或一个摄像头。'
    : '还没有坐班室。建好以后，会出现在这里。';
}

export interface Fields {
  title: string;
  organization_code: string;
  source: DutySource;
  terminal_id?: string | undefined;
  camera_url?: string | undefined;
}

export const LABELS: Labels<Fields> = {
  title: '名称',
  organization_code: '所在单位',
  source: '画面来自',
  terminal_id: '站点电视',
  camera_url: '摄像头地址',
};

/** Of a camera without its address, which is never given out. */
export function fieldsOf(room: DutyRoom, organizations: readonly Organization[]): Partial<Fields> {
  const code = organizations.find(({ id }) => id === room.organization.id)?.code;
  return {
    title: room.title,
    source: room.source,
    ...(code ? { organization_code: code } : {}),
    ...(room.terminal_id ? { terminal_id: room.terminal_id } : {}),
  };
}

/** Names for codes and ids: of organizations and stations. */
type NameOf = (code: string) => string | undefined;

/** A field's value in words. */
export function read(name: keyof Fields, value: unknown, nameOf: NameOf): string {
  const is = { [name]: value } as Partial<Fields>;
  if (is.source) return DUTY_SOURCE[is.source];
  const text = typeof value === 'string' ? value : '';
  return nameOf(text) ?? text;
}

export function draftOf(fields: Fields): DutyRoomDraft {
  const own = { title: fields.title.trim(), organization_code: fields.organization_code };
  if (fields.source === 'station') return { ...own, terminal_id: fields.terminal_id ?? null };
  const url = fields.camera_url?.trim();
  // Left empty: the camera stays the one it is.
  return { ...own, camera_url: url ? url : null };
}
