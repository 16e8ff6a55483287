/** How duty rooms are listed, and between the form's fields and what the server takes. Pure. */
import type { FieldError } from '../../api/refusal';
import type { DutyRoom, DutyRoomDraft, DutySource, Me, Organization } from '../../api/types';

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

/** Whether somebody of this role may make rooms and look into them; the server decides. */
export function mayLook(role: Me['role'] | undefined): boolean {
  return role === 'platform_administrator' || role === 'organization_staff';
}

export interface Fields {
  title: string;
  organization_code: string;
  source: DutySource;
  terminal_id?: string | undefined;
  camera_url?: string | undefined;
}

export function draftOf(fields: Fields): DutyRoomDraft {
  const own = { title: fields.title.trim(), organization_code: fields.organization_code };
  if (fields.source === 'station') return { ...own, terminal_id: fields.terminal_id ?? null };
  const url = fields.camera_url?.trim();
  // Left empty: the camera stays the one it is.
  return { ...own, camera_url: url ? url : null };
}

const NAMES: readonly (keyof Fields)[] = [
  'title',
  'organization_code',
  'terminal_id',
  'camera_url',
];

/** The server's field errors at the form's fields; what belongs to none of them is left over. */
export function placed(errors: readonly FieldError[]): {
  fields: { name: keyof Fields; errors: string[] }[];
  rest: string[];
} {
  const fields: { name: keyof Fields; errors: string[] }[] = [];
  const rest: string[] = [];
  for (const { field, message } of errors) {
    const name = NAMES.find((own) => own === field);
    if (name === undefined) rest.push(message);
    else fields.push({ name, errors: [message] });
  }
  return { fields, rest };
}
