import './saved_filters.css';

import { DeleteOutlined, StarOutlined } from '@ant-design/icons';
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';

import { useMe } from '../../api/session';
import type { Filters, FilterSpec } from '../address/address';
import type { Saved } from './saved';
import { chosenOf, filtersOf, keep, LONGEST_NAME, savedOf, withSaved } from './saved';

interface Props<S extends FilterSpec> {
  /** Which list they are of. */
  page: string;
  spec: S;
  filters: Filters<S>;
  onChoose: (filters: Filters<S>) => void;
}

/** Filters kept under a name: chosen again with one click. They stay in this browser. */
export function SavedFilters<S extends FilterSpec>(props: Props<S>) {
  const { page, spec, filters, onChoose } = props;
  const login = useMe().data?.login ?? '';
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<readonly Saved[]>([]);
  const [name, setName] = useState('');
  const [full, setFull] = useState(false);
  const chosen = chosenOf(filters, spec);
  const isAny = Object.keys(chosen).length > 0;
  const write = (next: readonly Saved[]) => {
    const kept = keep(localStorage, login, page, next);
    setFull(!kept);
    if (kept) setSaved(next);
    return kept;
  };
  const add = () => {
    const called = name.trim();
    if (called === '' || !isAny) return;
    if (write(withSaved(saved, { name: called, filters: chosen }))) setName('');
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={(now) => {
        // Another page of this browser may have kept one.
        if (now) setSaved(savedOf(localStorage, login, page));
        setOpen(now);
      }}
      title="常用的筛选"
      content={
        <div className="saved-filters">
          {saved.length === 0 && <p>还没有。先选好筛选，再起个名字存下来。</p>}
          <ul>
            {saved.map((one) => (
              <li key={one.name}>
                <Button
                  type="link"
                  onClick={() => {
                    setOpen(false);
                    onChoose(filtersOf(one, spec));
                  }}
                >
                  {one.name}
                </Button>
                <Button
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={`删掉“${one.name}”`}
                  onClick={() => write(saved.filter((other) => other !== one))}
                />
              </li>
            ))}
          </ul>
          {isAny && (
            <div className="saved-new">
              <Input
                aria-label="给现在的筛选起个名字"
                placeholder="给现在的筛选起个名字"
                maxLength={LONGEST_NAME}
                value={name}
                onChange={({ target }) => setName(target.value)}
                onPressEnter={add}
              />
              <Button disabled={name.trim() === ''} onClick={add}>
                存下来
              </Button>
            </div>
          )}
          {full && <p role="alert">这个浏览器存不下了，没有存。</p>}
          <p className="saved-where">只存在这台电脑的这个浏览器里；搜的字不存。</p>
        </div>
      }
    >
      <Button icon={<StarOutlined aria-hidden />}>常用</Button>
    </Popover>
  );
}
