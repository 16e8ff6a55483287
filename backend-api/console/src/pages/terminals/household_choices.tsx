import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';

import { useHouseholdChoices, useSaveHousehold } from '../../api/households';
import { sentence } from '../../api/refusal';
import type { HouseholdChoice } from '../../api/types';
import { useSettled } from '../../kit/use_settled';
import { isPinyin, readAs } from '../../words/pinyin';
import { hasTv } from './enrol';

interface Props {
  place: { code: string; name: string };
  value: HouseholdChoice | null;
  later: boolean;
  onChange: (household: HouseholdChoice) => void;
  onLater: () => void;
}

/** 哪一户: by the name of the household, of somebody who lives there, or its pinyin; or a new one. */
export function HouseholdChoices({ place, value, later, onChange, onLater }: Props) {
  const [typed, setTyped] = useState('');
  const wanted = useSettled(typed.trim());
  const pinyin = isPinyin(wanted);
  // The server knows no pinyin: of that it gives what it has, and it is looked through here.
  const found = useHouseholdChoices(pinyin ? '' : wanted, place.code, true);
  const making = useSaveHousehold();
  const all = found.data?.items ?? [];
  const items = pinyin
    ? all.filter(({ name, members }) =>
        [name, ...members.map((one) => one.name)].some((one) => readAs(one, wanted)),
      )
    : all;
  const make = async () => {
    const made = await making.mutateAsync({
      draft: { organization_code: place.code, name: typed.trim() },
      version: 0,
    });
    onChange({
      id: made.id,
      name: made.name,
      organization: made.organization,
      organization_code: place.code,
      members: [],
      awaited: false,
    });
  };
  const isNew =
    typed.trim() !== '' &&
    wanted === typed.trim() &&
    !pinyin &&
    found.data !== undefined &&
    all.every(({ name }) => name !== wanted);
  return (
    <>
      <label className="enrol-label" htmlFor="enrol-household">
        哪一户（打姓名、户号都行，拼音也行）
      </label>
      <Input
        id="enrol-household"
        prefix={<SearchOutlined aria-hidden />}
        allowClear
        autoComplete="off"
        maxLength={40}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <ul className="enrol-households" aria-label="找到的户">
        {value !== null && items.every(({ id }) => id !== value.id) && (
          <Choice household={value} chosen onChange={onChange} />
        )}
        {items.map((household) => (
          <Choice
            key={household.id}
            household={household}
            chosen={household.id === value?.id}
            onChange={onChange}
          />
        ))}
        <li>
          <label>
            <input
              type="radio"
              name="enrol-household"
              aria-label="以后再选户"
              checked={later}
              onChange={onLater}
            />
            <span>
              <b>以后再选户</b>
              <small>家里人先不能签到</small>
            </span>
          </label>
        </li>
      </ul>
      {found.error && <p className="enrol-note">{sentence(found.error)}</p>}
      {found.data && items.length === 0 && wanted !== '' && (
        <p className="enrol-note">没有找到“{wanted}”。</p>
      )}
      {found.data?.more && (
        <p className="enrol-note">
          {pinyin
            ? '这个单位的户多，拼音只在前 20 户里找。没有看到，请打汉字或户号。'
            : '还有别的户，请再打几个字。'}
        </p>
      )}
      {isNew && (
        <Button loading={making.isPending} onClick={() => void make().catch(() => undefined)}>
          名册里没有，在{place.name}新建一户“{wanted}”
        </Button>
      )}
      {making.error && <p className="enrol-note">{sentence(making.error)}</p>}
    </>
  );
}

interface ChoiceProps {
  household: HouseholdChoice;
  chosen: boolean;
  onChange: (household: HouseholdChoice) => void;
}

function Choice({ household, chosen, onChange }: ChoiceProps) {
  const { name, organization, members, terminal } = household;
  const taken = hasTv(household);
  const people = members.map((one) => one.name).join('、');
  return (
    <li>
      <label className={chosen ? 'enrol-chosen' : ''}>
        <input
          type="radio"
          name="enrol-household"
          checked={chosen}
          onChange={() => onChange(household)}
        />
        <span>
          <b>{name}</b> {people || '还没有人'}
          <small className={taken ? 'people-missing' : ''}>
            {organization.name}，{members.length} 人，
            {terminal ? '已有一台，再登记会换掉旧的' : taken ? '有一台正在开通' : '还没有电视'}
          </small>
        </span>
      </label>
    </li>
  );
}
