import './organization_panes.css';

import type { ReactNode } from 'react';

import { useOrganizations } from '../../api/places';
import { OrganizationTree } from './organization_tree';

interface Props {
  /** Code of the organization that is chosen; empty: all one works on. */
  value: string;
  onChange: (code: string) => void;
  /** What can be done there. */
  acts?: ReactNode;
  children: ReactNode;
}

/** Organizations at the left; whatever belongs to the one that is chosen and to those below it at the right. */
export function OrganizationPanes({ value, onChange, acts, children }: Props) {
  const organizations = useOrganizations().data ?? [];
  const place = organizations.find(({ code }) => code === value) ?? organizations[0];
  const below = organizations.some(({ parent_id }) => parent_id === place?.id);
  return (
    <div className="organization-panes">
      <nav className="organization-pane card" aria-label="选单位">
        <OrganizationTree value={value} onChange={onChange} />
      </nav>
      <div>
        <div className="organization-head">
          <h2>{place?.name}</h2>
          {below && <small>连同下面的单位</small>}
          <span className="spacer" />
          {acts}
        </div>
        {children}
      </div>
    </div>
  );
}
