import { sendFile } from './client';
import type { MemberImportReport } from './types';

/** Sends a list: rows with a mistake are left out and named, the others are written. @throws Refusal */
export function importList(
  what: 'members' | 'households',
  csv: string,
): Promise<MemberImportReport> {
  const file = new Blob([csv], { type: 'application/octet-stream' });
  return sendFile<MemberImportReport>(`/api/v1/${what}/import`, file);
}
