/** The words of the API; `schema.d.ts` is made from the OpenAPI document by the build. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
/** What somebody may be allowed to do. */
export type Action = Schemas['Action'];
export type Organization = Schemas['Organization'];
export type Township = Schemas['Township'];
export type Meeting = Schemas['Meeting'];
export type MeetingDraft = Schemas['MeetingDraft'];
export type MeetingKind = Schemas['MeetingKind'];
export type MeetingState = Schemas['MeetingState'];
export type StaffMeeting = Schemas['StaffMeeting'];
export type RecordingState = Schemas['RecordingState'];
export type HostAccess = Schemas['HostAccess'];
export type HostSource = Schemas['HostSource'];
export type HostSourceAccess = Schemas['HostSourceAccess'];
export type HostSourceRequest = Schemas['HostSourceRequest'];
export type MediaLink = Schemas['MediaLink'];
export type Stage = Schemas['Stage'];
export type StageStation = Schemas['StageStation'];
export type Direction = Schemas['Direction'];
export type Layout = Schemas['Layout'];
export type SourceState = Schemas['SourceState'];
export type RollCall = Schemas['RollCall'];
export type Attendance = Schemas['Attendance'];
export type Member = Schemas['Member'];
export type Counts = Schemas['Counts'];
export type Viewing = Schemas['Viewing'];
export type Viewings = Schemas['Viewings'];
export type Terminal = Schemas['Terminal'];
export type DutyRoom = Schemas['DutyRoom'];
export type DutyRoomDraft = Schemas['DutyRoomDraft'];
export type DutySource = Schemas['DutySource'];
export type DutyLook = Schemas['DutyLook'];
export type StaffBranch = Schemas['StaffBranch'];
export type StaffNotice = Schemas['StaffNotice'];
export type BranchDraft = Schemas['BranchDraft'];
export type AuditEntry = Schemas['AuditEntry'];
export type LookAccess = Schemas['LookAccess'];
