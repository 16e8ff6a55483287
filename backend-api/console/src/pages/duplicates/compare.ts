/** People who may be one, beside each other. Pure. */
import type { Member } from '../../api/types';
import { statusWords } from '../../words/evaluations';

export interface Line {
  label: string;
  values: string[];
  differs: boolean;
}

/** What is known of each, a line each; those in which they differ say so. */
export function compared(people: readonly Member[]): Line[] {
  const line = (label: string, of: (member: Member) => string | null | undefined): Line => {
    const values = people.map((member) => of(member) ?? '');
    const known = values.filter((value) => value !== '');
    return { label, values, differs: new Set(known).size > 1 };
  };
  return [
    line('姓名', ({ name }) => name),
    line('单位', ({ organization }) => organization.name),
    line('身份', ({ status }) => statusWords(status)),
    line('户', ({ household }) => household?.name),
    line('身份证号', ({ id_number_masked }) => id_number_masked),
    line('出生', ({ born_on }) => born_on),
    line('电话', ({ phone_masked }) => phone_masked),
    line('卡号', ({ card_masked }) => card_masked),
    line('入党', ({ joined_on }) => joined_on),
    line('免点名', ({ exempt_reason }) => exempt_reason),
    line('PIN', ({ pin_set }) => (pin_set ? '已设' : '没设')),
    line('状态', ({ left_at_ms }) => ((left_at_ms ?? null) === null ? '在册' : '已离开')),
  ];
}
