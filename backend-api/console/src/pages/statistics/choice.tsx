import { organizationChoice } from '../../kit/organizations/choice';

import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { useAddress } from '../../kit/address/use_address';
import { Select, TreeSelect } from '../../kit/select';
import { useNow } from '../../kit/use_now';
import type { Month } from './months';
import { lastMonths, monthAt, monthWords, spanOf } from './months';

const FILTERS = { month: 'text', organization: 'text' } as const;

/** How many months back can be chosen. */
const MONTHS = 24;

export interface Choice {
  month: Month;
  from_ms: number;
  until_ms: number;
  /** Code of the organization whose subtree is looked at; empty while that is not known. */
  organization: string;
  now: number;
  set: (change: { month?: string; organization?: string }) => void;
}

/** The month and the place that figures are of, in the address. */
export function useChoice(): Choice {
  const now = useNow(3_600_000);
  const me = useMe().data;
  const { filters, set } = useAddress(FILTERS);
  const month = spanOf(filters.month) === null ? monthAt(now) : filters.month;
  const span = spanOf(month) ?? { from_ms: 0, until_ms: 0 };
  const organization = filters.organization || (me?.organization_code ?? '');
  return { month, ...span, organization, now, set };
}

/** The fields for both. */
export function ChoiceFields({ choice }: { choice: Choice }) {
  const organizations = useOrganizations().data ?? [];
  const { now, month, organization, set } = choice;
  return (
    <>
      <Select
        className="statistics-month"
        aria-label="月份"
        value={month}
        options={lastMonths(now, MONTHS).map((value) => ({ value, label: monthWords(value) }))}
        onChange={(value: string) => set({ month: value })}
      />
      <TreeSelect
        className="statistics-place"
        aria-label="单位"
        {...organizationChoice(organizations)}
        value={organization}
        onChange={(value: string) => set({ organization: value })}
      />
    </>
  );
}
