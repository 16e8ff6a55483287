import { DownOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router-dom';

import { useMe, useSignOut } from '../api/session';

/** Who is signed in, with the way to their account and out. */
export function Who() {
  const me = useMe().data;
  const signOut = useSignOut();
  const [open, setOpen] = useState(false);
  const { key } = useLocation();
  const list = useId();
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => setOpen(false), [key]);
  return (
    <div
      role="presentation"
      className="who-place"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
      onKeyDown={({ key: pressed }) => {
        if (pressed !== 'Escape' || !open) return;
        setOpen(false);
        opener.current?.focus();
      }}
    >
      <button
        ref={opener}
        type="button"
        className="who"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <span className="initial" aria-hidden>
          {me?.login.charAt(0).toUpperCase()}
        </span>
        <span className="who-name">{me?.login}</span>
        <DownOutlined aria-hidden />
      </button>
      {/* It takes the focus, so that a press on what is no control does not close it first. */}
      <div id={list} className="who-list" hidden={!open} tabIndex={-1}>
        <p>{me?.organization.name}</p>
        <Link to="/accounts/me">我的账号</Link>
        <Button block loading={signOut.isPending} onClick={() => signOut.mutate()}>
          退出
        </Button>
      </div>
    </div>
  );
}
