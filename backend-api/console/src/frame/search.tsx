import { SearchOutlined } from '@ant-design/icons';
import type { InputRef } from 'antd';
import { Input, Modal } from 'antd';
import type { KeyboardEvent as Press } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { useMay } from '../kit/may/use_may';
import { ROOMS } from '../rooms';
import { find } from './finder';

/** Whether somebody looks for a page; Ctrl K opens it wherever one is. */
export function useSearch() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return { isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}

/** Opens 找页面 from the head. */
export function SearchButton({ onOpen }: { onOpen: () => void }) {
  return (
    <button type="button" className="search" aria-keyshortcuts="Control+K" onClick={onOpen}>
      <SearchOutlined aria-hidden />
      <span>找页面</span>
      <kbd aria-hidden>Ctrl K</kbd>
    </button>
  );
}

/** 找页面: by name or first letters. */
export function SearchDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const field = useRef<InputRef>(null);
  return (
    <Modal
      open={open}
      title="找页面"
      width={520}
      footer={null}
      destroyOnHidden
      onCancel={onClose}
      afterOpenChange={(shown) => shown && field.current?.focus()}
    >
      <Finding field={field} onDone={onClose} />
    </Modal>
  );
}

interface FindingProps {
  field: React.RefObject<InputRef>;
  onDone: () => void;
}

function Finding({ field, onDone }: FindingProps) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const go = useNavigate();
  const pages = find(ROOMS, useMay(), words);
  const here = Math.min(at, pages.length - 1);
  const option = (index: number) => `${id}-${index}`;
  useEffect(() => {
    document.getElementById(`${id}-${here}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, here]);
  const lead = (index: number) => {
    const page = pages[index];
    if (page === undefined) return;
    onDone();
    go(page.path);
  };
  const press = (event: Press) => {
    // Enter ends a word of an input method first.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && pages.length > 0) {
      event.preventDefault();
      setAt((here + step + pages.length) % pages.length);
    }
    if (event.key === 'Enter') lead(here);
  };
  return (
    <>
      <Input
        ref={field}
        role="combobox"
        aria-label="页面的名字或拼音首字母"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={here >= 0 ? option(here) : undefined}
        placeholder="写名字，或拼音首字母，如 yjfw"
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id={id} role="listbox" aria-label="页面" className="search-found">
        {pages.map(({ path, title, room }, index) => (
          // The field has the keys.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={path}
            id={option(index)}
            role="option"
            aria-selected={index === here}
            onClick={() => lead(index)}
          >
            <b>{title}</b>
            {room !== title && <span>{room}</span>}
          </li>
        ))}
      </ul>
      {pages.length === 0 && (
        <p className="search-none" role="status">
          没有叫这个名字的页面。找人、找户，请到“人员与户”里找。
        </p>
      )}
    </>
  );
}
