/** Slips with PINs: one for each household, and one for each person without one. Pure. */
import type { Issued } from './acts';

export interface Slip {
  key: string;
  organization: string;
  /** Name of the household; nothing for a person alone. */
  household: string | null;
  people: { name: string; pin: string }[];
}

/** In the order of villages and households, as they are handed out. */
export function slipsOf(issued: readonly Issued[]): Slip[] {
  const slips = new Map<string, Slip>();
  for (const { member, pin } of issued) {
    const { household, organization, id, name } = member;
    const key = household ? `h ${household.id}` : `m ${id}`;
    const slip = slips.get(key) ?? {
      key,
      organization: organization.name,
      household: household?.name ?? null,
      people: [],
    };
    slip.people.push({ name, pin });
    slips.set(key, slip);
  }
  const order = new Intl.Collator('zh-u-co-pinyin', { numeric: true });
  return [...slips.values()].sort(
    (a, b) =>
      order.compare(a.organization, b.organization) ||
      order.compare(a.household ?? '\uffff', b.household ?? '\uffff'),
  );
}

/** `482 163`: read out and typed in two halves. */
export function halves(pin: string): string {
  return `${pin.slice(0, 3)} ${pin.slice(3)}`.trim();
}
