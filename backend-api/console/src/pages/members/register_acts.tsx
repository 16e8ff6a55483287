import { ImportOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';

import { LinkButton } from '../../kit/link_button';
import { useMay } from '../../kit/may/use_may';

interface Props {
  /** What the table holds that is imported. */
  what: 'members' | 'households';
  icon: ReactNode;
  /** What one is called that is made by hand: `添一个人`. */
  label: string;
  onAdd: () => void;
}

/** How people and households come into the register: from a table, or one by one. */
export function RegisterActs({ what, icon, label, onAdd }: Props) {
  if (!useMay()('write_members')) return null;
  return (
    <>
      <LinkButton to={`/people/import/${what}`} icon={<ImportOutlined aria-hidden />}>
        从表格导入
      </LinkButton>
      <Button type="primary" icon={icon} onClick={onAdd}>
        {label}
      </Button>
    </>
  );
}
