import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import type { ReactNode } from 'react';

import type { Counts, OrganizationCounts } from '../../api/types';
import { percent } from '../../words/states';
import { counted } from './rules';

/** Columns of figures, as on the page, on paper and in the file. */
export const FIGURES: readonly [string, (counts: Counts) => number | string][] = [
  ['应到', counted],
  ['已签到', ({ present }) => present],
  ['其中迟到', ({ late }) => late],
  ['请假', ({ leave }) => leave],
  ['待核实', ({ to_verify }) => to_verify],
  ['未签到', ({ missing }) => missing],
  ['免点名', ({ exempt }) => exempt],
  ['出席率', ({ rate_bp }) => (rate_bp == null ? '—' : percent(rate_bp))],
];

/** The figures of each branch and of all of them, as a table for a file. */
export function tableOf(
  branches: readonly OrganizationCounts[],
  total: Counts,
): (string | number)[][] {
  const row = (name: string, counts: Counts) => [name, ...FIGURES.map(([, of]) => of(counts))];
  return [
    ['支部', ...FIGURES.map(([title]) => title)],
    ...branches.map(({ organization, counts }) => row(organization.name, counts)),
    row('合计', total),
  ];
}

interface Props {
  branches: readonly OrganizationCounts[];
  /** What stands in the first column; left out: the name. */
  name?: (branch: OrganizationCounts) => ReactNode;
  /** What stands between the name and the figures. */
  between?: ColumnsType<OrganizationCounts>;
  /** Titles of figures that only the file and the paper have room for. */
  without?: readonly string[];
  empty: string;
}

/** Figures of branches, in the order of the register. */
export function BranchFigures({ branches, name, between = [], without = [], empty }: Props) {
  const columns: ColumnsType<OrganizationCounts> = [
    {
      title: '支部',
      render: (_, branch) => name?.(branch) ?? branch.organization.name,
    },
    ...between,
    ...FIGURES.filter(([title]) => !without.includes(title)).map(([title, of]) => ({
      title,
      align: 'right' as const,
      render: (_: unknown, { counts }: OrganizationCounts) => of(counts),
    })),
  ];
  return (
    <Table<OrganizationCounts>
      rowKey={({ organization }) => organization.id}
      size="middle"
      columns={columns}
      dataSource={[...branches]}
      pagination={branches.length > 100 ? { pageSize: 50, showSizeChanger: false } : false}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: empty }}
    />
  );
}

interface BranchesProps {
  branches: readonly OrganizationCounts[];
  /** Shows who is not there of one; left out: names are not for them. */
  onOpen?: ((organizationId: string) => void) | undefined;
}

/** How a roll call stands in each branch. */
export function Branches({ branches, onOpen }: BranchesProps) {
  return (
    <BranchFigures
      branches={branches}
      name={({ organization: { id, name } }) =>
        onOpen ? (
          <Button type="link" onClick={() => onOpen(id)}>
            {name}
          </Button>
        ) : (
          name
        )
      }
      empty="没有点到您管的人。"
    />
  );
}
