import '../members/members.css';
import './households.css';

import { HomeOutlined } from '@ant-design/icons';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useHouseholds } from '../../api/households';
import type { Household } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { nameColumn, RowTable } from '../../kit/collection/row_table';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import { OrganizationPanes } from '../../kit/organizations/organization_panes';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useSettled } from '../../kit/use_settled';
import { RegisterActs } from '../members/register_acts';
import { HouseholdDetail } from './detail';
import type { Has } from './filters';
import { FILTERS, HAS, whichOf } from './filters';
import { HouseholdForm } from './form';

const HASES = (Object.keys(HAS) as Has[]).map((value) => ({ value, label: HAS[value] }));

function columns(open: (id: string) => void): ColumnsType<Household> {
  return [
    nameColumn('户', open),
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
  const { filters, set, cursor, page, forward, backward } = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  /** What the form is open for: a household, a new one, or nothing. */
  const [editing, setEditing] = useState<Household | 'new' | null>(null);
  const settled = useSettled(filters.q);
  const households = useHouseholds(whichOf({ ...filters, q: settled }), cursor);
  const rows = households.data?.items ?? [];
  const filtered = isFiltered(filters, FILTERS, ['q', 'has']);
  return (
    <Page title="人员与户" tab="户" flush>
      <OrganizationPanes
        value={filters.in}
        onChange={(code) => set({ in: code })}
        acts={
          <RegisterActs
            what="households"
            icon={<HomeOutlined aria-hidden />}
            label="新建一户"
            onAdd={() => setEditing('new')}
          />
        }
      >
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
              <SavedFilters page="households" spec={FILTERS} filters={filters} onChoose={set} />
            </>
          }
          empty="这里还没有户。人员导入时写了户名，户会自动建好。"
          onClear={filtered ? () => set({ q: '', has: 'all' }) : undefined}
          pager={byCursor({
            page,
            shown: rows.length,
            next: households.data?.next,
            forward,
            backward,
          })}
        >
          {(shown) => (
            <RowTable<Household>
              columns={columns(open)}
              rows={shown}
              opened={opened}
              onOpen={open}
            />
          )}
        </Collection>
      </OrganizationPanes>
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
