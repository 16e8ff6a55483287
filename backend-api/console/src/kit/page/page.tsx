import './page.css';

import type { ReactNode } from 'react';
import { createContext, useContext } from 'react';
import { Link } from 'react-router-dom';

import { usePageTitle } from '../page_title';

/** The id of what is below the head. */
export const CONTENT = 'content';

/** What stands at the right of every page's head. */
export const HeadSide = createContext<ReactNode>(null);

/** The pages of the room one is in, in the head of each that is not below another. */
export const HeadParts = createContext<ReactNode>(null);

interface Props {
  title: string;
  /** A few words on it. */
  note?: ReactNode;
  /** The page above this one. */
  up?: { to: string; title: string };
  /** The tab's name, where it is another. */
  tab?: string;
  /** Below the head nothing is left free: the page has panes of its own. */
  flush?: boolean;
  children: ReactNode;
}

/** A page: its head with its name, and what it is about below. */
export function Page({ title, note, up, tab, flush = false, children }: Props) {
  usePageTitle(tab ?? title);
  const side = useContext(HeadSide);
  const parts = useContext(HeadParts);
  const tabs = up ? null : parts;
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
        {note && !tabs && <span className="page-note">{note}</span>}
        <span className="spacer" />
        {tabs}
        {side}
      </header>
      <main id={CONTENT} tabIndex={-1} className={flush ? 'page-flush' : 'page'}>
        {note && tabs && <p className="page-note">{note}</p>}
        {children}
      </main>
    </>
  );
}
