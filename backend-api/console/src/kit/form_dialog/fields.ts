/** Between a form and what the server says of its fields. Pure. */
import type { FieldError } from '../../api/refusal';

export type Name<F> = keyof F & string;

/** A form's fields in their order, each with its label. */
export type Labels<F> = Readonly<Record<Name<F>, string>>;

/** The server's names of fields where the form has others. */
export type ServerNames<F> = Readonly<Record<string, Name<F>>>;

export interface Placed<F> {
  fields: { name: Name<F>; errors: string[] }[];
  rest: string[];
}

/** The server's field errors at the form's fields; what belongs to none of them is left over. */
export function placed<F>(
  errors: readonly FieldError[],
  labels: Labels<F>,
  names: ServerNames<F> = {},
): Placed<F> {
  const found = new Map<Name<F>, string[]>();
  const rest: string[] = [];
  for (const { field, message } of errors) {
    // Something inside a field is shown at the field: `body[3].rows`.
    const own = field.split(/[.[]/, 1)[0] ?? field;
    const name = names[own] ?? (own in labels ? (own as Name<F>) : undefined);
    if (name === undefined) rest.push(message);
    else found.set(name, [...(found.get(name) ?? []), message]);
  }
  const order = Object.keys(labels) as Name<F>[];
  const fields = [...found]
    .map(([name, messages]) => ({ name, errors: messages }))
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return { fields, rest };
}

/** Whether two values of a field are the same to whoever filled it in. */
export function same(a: unknown, b: unknown): boolean {
  return plain(a) === plain(b);
}

/** Nothing is nothing, however it is written; moments are what they count. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'object') return value;
  const counted = value.valueOf();
  return typeof counted === 'object' ? JSON.stringify(counted) : counted;
}

/** Whether something was written that is not kept yet. */
export function differs<F extends object>(before: Partial<F>, now: Partial<F>): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]) as Set<keyof F>;
  return [...names].some((name) => !same(before[name], now[name]));
}

/** What is saved when both count: mine where it was changed here, theirs everywhere else. */
export function merged<F extends object>({
  before,
  theirs,
  mine,
}: Record<'before' | 'theirs' | 'mine', Partial<F>>): Partial<F> {
  const own = (Object.entries(mine) as [keyof F, F[keyof F]][]).filter(
    ([name, value]) => !same(before[name], value),
  );
  return { ...theirs, ...(Object.fromEntries(own) as Partial<F>) };
}

/** A field that somebody else changed while it was edited here. */
export interface Change<F> {
  name: Name<F>;
  label: string;
  before: unknown;
  theirs: unknown;
  mine: unknown;
}

/** What somebody else changed since the form was opened. */
export function changes<F extends object>(
  labels: Labels<F>,
  { before, theirs, mine }: Record<'before' | 'theirs' | 'mine', Partial<F>>,
): Change<F>[] {
  return (Object.keys(labels) as Name<F>[])
    .filter((name) => !same(before[name], theirs[name]))
    .map((name) => ({
      name,
      label: labels[name],
      before: before[name],
      theirs: theirs[name],
      mine: mine[name],
    }));
}
