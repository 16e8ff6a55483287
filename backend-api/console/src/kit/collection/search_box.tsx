import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

interface Props {
  /** What is looked for, and the field's name. */
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Words to search for. They are passed on when they are written: not while pinyin becomes characters. */
export function SearchBox({ label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const composing = useRef(false);
  // The address changed by itself: Back, or the filters taken off.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  const tell = (text: string) => {
    told.current = text;
    onChange(text);
  };
  return (
    <Input
      className="search-box"
      prefix={<SearchOutlined aria-hidden />}
      placeholder={label}
      aria-label={label}
      allowClear
      maxLength={60}
      value={typed}
      onCompositionStart={() => (composing.current = true)}
      onCompositionEnd={(event) => {
        composing.current = false;
        tell(event.currentTarget.value);
      }}
      onChange={({ target }) => {
        setTyped(target.value);
        if (!composing.current) tell(target.value);
      }}
    />
  );
}
