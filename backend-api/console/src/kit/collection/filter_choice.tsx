import './collection.css';

import { Segmented } from 'antd';

import { Select } from '../select';

interface Props<V extends string> {
  label: string;
  value: V;
  choices: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
}

/** One of some, as a list that opens: 方式：全部. */
export function FilterChoice<V extends string>({ label, value, choices, onChange }: Props<V>) {
  return (
    <Select<V>
      className="filter-choice"
      aria-label={label}
      prefix={`${label}：`}
      value={value}
      options={[...choices]}
      onChange={onChange}
      popupMatchSelectWidth={false}
    />
  );
}

/** One of a few that are all shown: which part of a list. */
export function PartChoice<V extends string>({ label, value, choices, onChange }: Props<V>) {
  return (
    <Segmented<V>
      className="part-choice"
      aria-label={label}
      value={value}
      options={[...choices]}
      onChange={onChange}
    />
  );
}
