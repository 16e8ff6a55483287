/** Letting a TV in: its code, where it stands, whose it is. Pure. */
import type { ApproveRequest, HouseholdChoice, TerminalKind } from '../../api/types';

/** What a TV shows, as staff type it: eight digits, in groups or not. `4827-1639`, or `null`. */
export function codeOf(typed: string): string | null {
  const digits = typed
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s\-—–－]/g, '');
  return /^\d{8}$/.test(digits) ? `${digits.slice(0, 4)}-${digits.slice(4)}` : null;
}

/** `4827 1639`, as it is read out. */
export function read(code: string): string {
  return code.replace('-', ' ');
}

export interface Choosing {
  kind: TerminalKind;
  /** Where it stands. */
  place: { code: string; name: string } | null;
  household: HouseholdChoice | null;
  /** Of a TV that no household has: staff say so themselves. */
  later: boolean;
  name: string;
  /** They agreed that the household loses the TV it has. */
  replaces: boolean;
}

export const NOTHING: Choosing = {
  kind: 'household',
  place: null,
  household: null,
  later: false,
  name: '',
  replaces: false,
};

/** What it is called if nobody says otherwise. */
export function named({ kind, place, household }: Choosing): string {
  const whole =
    household && kind === 'household'
      ? `${household.organization.name} ${household.name}`
      : place === null
        ? ''
        : kind === 'station'
          ? `${place.name} 会议室`
          : kind === 'signage'
            ? `${place.name} 标牌`
            : '';
  return Array.from(whole).slice(0, 40).join('');
}

/** Whether the household has a TV, or one was let in for it that did not come yet. */
export function hasTv(household: HouseholdChoice): boolean {
  return (household.terminal ?? null) !== null || household.awaited;
}

/** Why it cannot be let in yet, said beside the button; `null`: it can. */
export function lacking(choosing: Choosing): string | null {
  const { kind, place, household, later, replaces } = choosing;
  if (place === null) return '先选放在哪个村';
  if (kind === 'household') {
    if (household === null && !later) return '先选是哪一户的电视';
    if (household !== null && hasTv(household) && !replaces) {
      return '这一户已有一台，先确认换掉旧的';
    }
  }
  if (nameOf(choosing) === '') return '先写电视的名称';
  return null;
}

const nameOf = (choosing: Choosing) => choosing.name.trim() || named(choosing);

/** What the server is asked; `null`: something is lacking. */
export function requestOf(choosing: Choosing): ApproveRequest | null {
  const { kind, place, household, replaces } = choosing;
  if (lacking(choosing) !== null || place === null) return null;
  const own = kind === 'household' ? household : null;
  return {
    // A household is of its village, wherever it was looked for.
    organization_code: own?.organization_code ?? place.code,
    kind,
    name: nameOf(choosing),
    ...(own === null ? {} : { household_id: own.id, replace_tv: replaces }),
  };
}

/** Where the TV will be, on the button. */
export function whither(choosing: Choosing): string {
  const { kind, place, household } = choosing;
  if (kind === 'household' && household) return `${household.organization.name} ${household.name}`;
  return place?.name ?? '';
}
