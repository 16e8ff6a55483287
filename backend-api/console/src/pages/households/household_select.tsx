import './household_select.css';

import { Button } from 'antd';
import { useState } from 'react';

import { useHouseholdChoices, useHouseholds, useSaveHousehold } from '../../api/households';
import { sentence } from '../../api/refusal';
import { useMay } from '../../kit/may/use_may';
import { Select } from '../../kit/select';
import { useSettled } from '../../kit/use_settled';

/** A household to choose. */
export interface Choice {
  id: string;
  name: string;
  organization: { id: string; name: string };
  /** Who lives there. */
  people: string[];
}

/**
 * Households of an organization and those below it by words; whoever may enrol no TV looks through those they
 * see. `only`: id of the one organization that counts.
 */
export function useChoices(code: string, only: string | undefined, typed: string) {
  const may = useMay()('admit');
  const wanted = useSettled(typed.trim());
  const found = useHouseholdChoices(wanted, code, may && code !== '');
  // Whoever may enrol no TV looks through those they see.
  const seen = useHouseholds({ organization: code, name: wanted }, undefined, !may && code !== '');
  const query = may ? found : seen;
  const items: Choice[] = (query.data?.items ?? [])
    .filter(({ organization }) => only === undefined || organization.id === only)
    .map(({ id, name, organization, members }) => ({
      id,
      name,
      organization,
      people: members.map((one) => one.name),
    }));
  return {
    items,
    more: may ? (found.data?.more ?? false) : (seen.data?.next ?? null) !== null,
    error: query.error,
    isFetching: query.isFetching,
  };
}

interface Props {
  /** From the form. */
  id?: string;
  value?: string;
  onChange?: (id: string | undefined) => void;
  /** Code of the organization in which to look, and where a new one is made. */
  code: string;
  /** Id of the one organization that counts; left out: those below it, too. */
  only?: string | undefined;
  /** The one that was chosen before, by its name. */
  known?: { id: string; name: string } | undefined;
}

/** A field of a form for somebody's household: by its name or by who lives there, or a new one. */
export function HouseholdSelect({ id, value, onChange, code, only, known }: Props) {
  const [typed, setTyped] = useState('');
  /** Those that were chosen or made here: what is searched for next need not find them. */
  const [held, setHeld] = useState<Choice[]>([]);
  const choices = useChoices(code, only, typed);
  const making = useSaveHousehold();
  const name = typed.trim();
  const make = async () => {
    const household = await making.mutateAsync({
      draft: { organization_code: code, name },
      version: 0,
    });
    const { id: made, name: called, organization } = household;
    hold({ id: made, name: called, organization, people: [] });
    onChange?.(made);
    setTyped('');
  };
  const hold = (one: Choice) =>
    setHeld((all) => [one, ...all.filter((other) => other.id !== one.id)]);
  const all = [
    ...choices.items,
    ...held.filter((one) => choices.items.every(({ id }) => id !== one.id)),
  ];
  const options = all.map((one) => {
    const where = all.some((other) => other.organization.id !== one.organization.id);
    const name = where ? `${one.organization.name} ${one.name}` : one.name;
    return {
      value: one.id,
      label: one.people.length === 0 ? name : `${name}（${one.people.join('、')}）`,
    };
  });
  if (known && all.every((one) => one.id !== known.id)) {
    options.unshift({ value: known.id, label: known.name });
  }
  const isNew = name !== '' && all.every((one) => one.name !== name);
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      showSearch
      allowClear
      filterOption={false}
      value={value ?? null}
      searchValue={typed}
      onSearch={setTyped}
      onChange={(chosen: string | null | undefined) => {
        const one = all.find((choice) => choice.id === chosen);
        if (one) hold(one);
        onChange?.(chosen ?? undefined);
      }}
      disabled={code === ''}
      loading={choices.isFetching}
      placeholder={code === '' ? '先选单位' : '打户名或家里人的姓名'}
      notFoundContent={
        choices.error ? sentence(choices.error) : choices.isFetching ? '正在查找' : '没有找到这一户'
      }
      options={options}
      popupRender={(list) => (
        <>
          {list}
          {choices.more && <p className="household-more">还有别的户，请再打几个字。</p>}
          {isNew && (
            <Button
              type="text"
              block
              loading={making.isPending}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => void make().catch(() => undefined)}
            >
              新建一户“{name}”
            </Button>
          )}
          {making.error && <p className="household-more">{sentence(making.error)}</p>}
        </>
      )}
    />
  );
}
