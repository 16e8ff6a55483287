import { NavLink } from 'react-router-dom';

export interface Part {
  to: string;
  title: string;
  /** How many there are to do. */
  count?: number | undefined;
}

/** The pages of one part, in the head of each. */
export function PageParts({ label, parts }: { label: string; parts: readonly Part[] }) {
  return (
    <nav className="page-parts" aria-label={label}>
      {parts.map(({ to, title, count = 0 }) => (
        <NavLink key={to} to={to} end>
          {title}
          {count > 0 && <small>{count}</small>}
        </NavLink>
      ))}
    </nav>
  );
}
