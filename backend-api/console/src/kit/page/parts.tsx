import type { ComponentType } from 'react';
import { NavLink } from 'react-router-dom';

export interface Part {
  path: string;
  title: string;
  /** How many there are to do. */
  Count?: ComponentType;
}

/** The pages of one room, in the head of each. */
export function PageParts({ label, parts }: { label: string; parts: readonly Part[] }) {
  return (
    <nav className="page-parts" aria-label={label}>
      {parts.map(({ path, title, Count }) => (
        <NavLink key={path} to={path} end>
          {title}
          {Count && <Count />}
        </NavLink>
      ))}
    </nav>
  );
}
