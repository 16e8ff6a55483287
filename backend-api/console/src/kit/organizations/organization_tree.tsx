import './organization_tree.css';

import { SearchOutlined } from '@ant-design/icons';
import { Input, Tree } from 'antd';
import { useMemo, useRef, useState } from 'react';

import { useOrganizations } from '../../api/places';
import type { Organization } from '../../api/types';
import { Problem } from '../problem';
import { above, narrowed, nodesOf } from './tree';
import { useHeight } from './use_height';

interface Props {
  /** Code of the one whose list is shown; empty: the whole. */
  value: string;
  onChange: (code: string) => void;
}

/** The organizations one works on, at the left of their lists: to open, to close, to find by name or pinyin. */
export function OrganizationTree(props: Props) {
  const organizations = useOrganizations();
  if (organizations.error && !organizations.data) {
    return <Problem error={organizations.error} retry={organizations.refetch} />;
  }
  return <Chooser {...props} organizations={organizations.data ?? []} />;
}

function Chooser({ value, onChange, organizations }: Props & { organizations: Organization[] }) {
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState<string[] | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const height = useHeight(place);
  const shown = useMemo(() => narrowed(organizations, typed), [organizations, typed]);
  const nodes = useMemo(() => nodesOf(shown), [shown]);
  const root = organizations[0]?.code ?? '';
  const selected = value === '' ? root : value;
  const expanded =
    typed.trim() === ''
      ? (opened ?? [root, ...above(organizations, selected)])
      : shown.map(({ code }) => code);
  return (
    <div className="organization-tree">
      <Input
        prefix={<SearchOutlined aria-hidden />}
        placeholder="找单位"
        aria-label="找单位"
        allowClear
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <div ref={place} className="organization-tree-place">
        {nodes.length === 0 && typed.trim() !== '' && (
          <p className="organization-tree-none">没有叫这个名称的单位。</p>
        )}
        {nodes.length > 0 && height > 0 && (
          <Tree
            aria-label="单位"
            blockNode
            height={height}
            itemHeight={40}
            motion={false}
            treeData={nodes}
            selectedKeys={[selected]}
            expandedKeys={expanded}
            onExpand={(keys) => setOpened(keys.map(String))}
            onSelect={(keys) => {
              const [code] = keys.map(String);
              if (code !== undefined) onChange(code === root ? '' : code);
            }}
          />
        )}
      </div>
    </div>
  );
}
