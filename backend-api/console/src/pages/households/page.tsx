import '../members/members.css';
import './households.css';

import { HomeOutlined, ImportOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useMemo, useState } from 'react';

import { useHouseholds } from '../../api/households';
import { useOrganizations } from '../../api/places';
import type { Household } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { byLooking, noneSoFar } from '../../kit/collection/scanned';
import { SearchBox } from '../../kit/collection/search_box';
import { LinkButton } from '../../kit/link_button';
import { useMay } from '../../kit/may/use_may';
import { OrganizationTree } from '../../kit/organizations/organization_tree';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useSettled } from '../../kit/use_settled';
import { HouseholdDetail } from './detail';
import type { Has } from './filters';
import { chosen, FILTERS, HAS } from './filters';
import { HouseholdForm } from './form';

const HASES = (Object.keys(HAS) as Has[]).map((value) => ({ value, label: HAS[value] }));

function columns(open: (id: string) => void): ColumnsType<Household> {
  return [
    {
      title: '户',
      render: (_, { id, name }) => (
        <Button type="link" className="people-name" onClick={() => open(id)}>
          {name}
        </Button>
      ),
    },
    { title: '村', dataIndex: ['organization', 'name'] },
    {
      title: '家里人',
      render: (_, { members }) =>
        members.length === 0 ? (
          <span className="people-missing">没有人</span>
        ) : (
          <span className="household-names">
            {members
              .slice(0, 4)
              .map(({ name }) => name)
              .join('、')}
            {members.length > 4 && ` 等 ${members.length} 人`}
          </span>
        ),
    },
    {
      title: '电视',
      render: (_, { terminal_id }) =>
        (terminal_id ?? null) === null ? (
          <Tag tone="plain">没有电视</Tag>
        ) : (
          <Tag tone="done">有电视</Tag>
        ),
    },
  ];
}

/** 户: those who share a TV. */
export function HouseholdsPage() {
  const may = useMay();
  const { filters, set, cursor, page, forward, backward } = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  /** What the form is open for: a household, a new one, or nothing. */
  const [editing, setEditing] = useState<Household | 'new' | null>(null);
  const organizations = useOrganizations().data ?? [];
  const settled = useSettled(filters.q);
  const only = useMemo(
    () => chosen({ ...filters, q: settled }, organizations),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the filters are new each time
    [filters.in, filters.has, settled, organizations],
  );
  const households = useHouseholds(only, cursor, filters.in === '' || organizations.length > 0);
  const rows = households.data?.items ?? [];
  const turns = {
    page,
    shown: rows.length,
    looked: households.data?.looked ?? 0,
    next: households.data?.next,
    forward,
    backward,
  };
  const none = only === null ? null : noneSoFar(turns);
  const filtered = isFiltered(filters, FILTERS, ['q', 'has']);
  const place = organizations.find(({ code }) => code === filters.in) ?? organizations[0];
  return (
    <Page title="人员与户" tab="户" flush>
      <div className="people-panes">
        <nav className="people-tree card" aria-label="选单位">
          <OrganizationTree value={filters.in} onChange={(code) => set({ in: code })} />
        </nav>
        <div>
          <div className="people-head">
            <h2>{place?.name}</h2>
            <span className="spacer" />
            {may('write_members') && (
              <>
                <LinkButton to="/people/import/households" icon={<ImportOutlined aria-hidden />}>
                  从表格导入
                </LinkButton>
                <Button
                  type="primary"
                  icon={<HomeOutlined aria-hidden />}
                  onClick={() => setEditing('new')}
                >
                  新建一户
                </Button>
              </>
            )}
          </div>
          <Collection
            query={households}
            rows={rows}
            rowKey={({ id }) => id}
            filters={
              <>
                <SearchBox
                  label="户名、家里人、拼音"
                  value={filters.q}
                  onChange={(q) => set({ q }, true)}
                />
                <FilterChoice
                  label="只看"
                  value={filters.has}
                  choices={HASES}
                  onChange={(has) => set({ has })}
                />
              </>
            }
            empty={none ?? '这里还没有户。人员导入时写了户名，户会自动建好。'}
            onClear={filtered && none === null ? () => set({ q: '', has: 'all' }) : undefined}
            pager={only === null ? byCursor(turns) : byLooking(turns)}
          >
            {(shown) => (
              <Table<Household>
                className="people-table"
                rowKey="id"
                size="middle"
                columns={columns(open)}
                dataSource={[...shown]}
                pagination={false}
                rowClassName={({ id }) => (id === opened ? 'ant-table-row-selected' : '')}
                onRow={({ id }) => ({ onClick: () => open(id) })}
              />
            )}
          </Collection>
        </div>
      </div>
      {opened !== null && editing === null && (
        <HouseholdDetail key={opened} id={opened} onEdit={setEditing} onClose={() => open(null)} />
      )}
      {editing !== null && (
        <HouseholdForm
          household={editing === 'new' ? undefined : editing}
          organization={filters.in}
          onSaved={({ id }) => open(id)}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}
