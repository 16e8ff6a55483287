import './page.css';

import type { ReactNode } from 'react';
import { createContext, useContext } from 'react';
import { Link } from 'react-router-dom';

import { usePageTitle } from '../page_title';

/** What stands at the right of every page's head. */
export const HeadSide = createContext<ReactNode>(null);

interface Props {
  title: string;
  /** A few words on it. */
  note?: ReactNode;
  /** The page above this one. */
  up?: { to: string; title: string };
  /** The tab's name, where it is another. */
  tab?: string;
  /** Other pages of the same part. */
  parts?: ReactNode;
  /** Below the head nothing is left free: the page has panes of its own. */
  flush?: boolean;
  children: ReactNode;
}

/** A page: its head with its name, and what it is about below. */
export function Page({ title, note, up, tab, parts, flush = false, children }: Props) {
  usePageTitle(tab ?? title);
  const side = useContext(HeadSide);
  return (
    <>
      <header className="page-head">
        {up && (
          <nav aria-label="上一级">
            <Link to={up.to} className="page-up">
              {up.title}
            </Link>
            <span aria-hidden> / </span>
          </nav>
        )}
        <h1>{title}</h1>
        {note && <span className="page-note">{note}</span>}
        <span className="spacer" />
        {parts}
        {side}
      </header>
      <main className={flush ? 'page-flush' : 'page'}>{children}</main>
    </>
  );
}
