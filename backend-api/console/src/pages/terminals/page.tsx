import '../members/members.css';
import '../households/households.css';
import './terminals.css';

import { Button } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useOrganizations } from '../../api/places';
import { useTerminals } from '../../api/terminals';
import type { Terminal } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { nameColumn, RowTable } from '../../kit/collection/row_table';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import { useMay } from '../../kit/may/use_may';
import { OrganizationTree } from '../../kit/organizations/organization_tree';
import { Page } from '../../kit/page/page';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { TERMINAL_KIND } from '../../words/silence';
import { moment } from '../../words/time';
import { TerminalDetail } from './detail';
import { EnrolPanel } from './enrol_panel';
import type { State, TerminalFilters } from './filters';
import { FILTERS, STATE, whichOf } from './filters';
import { TerminalForm } from './form';
import { TerminalState } from './terminal_state';

const KINDS = [
  { value: 'all', label: '全部' },
  ...FILTERS.kind
    .filter((one) => one !== 'all')
    .map((value) => ({ value, label: TERMINAL_KIND[value] })),
] as { value: TerminalFilters['kind']; label: string }[];
const STATES = (Object.keys(STATE) as State[]).map((value) => ({ value, label: STATE[value] }));

function columns(now: number, open: (id: string) => void): ColumnsType<Terminal> {
  return [
    nameColumn('电视', open),
    { title: '放在', render: (_, { kind }) => TERMINAL_KIND[kind] },
    { title: '单位', dataIndex: ['organization', 'name'] },
    { title: '现在', render: (_, terminal) => <TerminalState terminal={terminal} now={now} /> },
    {
      title: '最后在线',
      dataIndex: 'seen_at_ms',
      render: (ms: number | null) => (ms ? moment(ms, now) : '—'),
    },
  ];
}

/** 电视: all that are enrolled, and at the right those that wait to be. */
export function TerminalsPage() {
  const may = useMay();
  const admits = may('admit');
  const { filters, set, clear, cursor, page, forward, backward } = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  const [editing, setEditing] = useState<Terminal | null>(null);
  const [choosing, setChoosing] = useState(false);
  const organizations = useOrganizations().data ?? [];
  const now = useNow(30_000);
  const settled = useSettled(filters.q);
  const terminals = useTerminals(whichOf({ ...filters, q: settled }), cursor);
  const rows = terminals.data?.items ?? [];
  const place = organizations.find(({ code }) => code === filters.in);
  return (
    <Page title="电视" tab="所有电视" flush>
      <div className={admits ? 'terminal-panes' : 'terminal-panes terminal-panes-alone'}>
        <Collection
          query={terminals}
          rows={rows}
          rowKey={({ id }) => id}
          filters={
            <>
              <PartChoice
                label="放在哪里"
                value={filters.kind}
                choices={KINDS}
                onChange={(kind) => set({ kind })}
              />
              <SearchBox
                label="名称、村、拼音"
                value={filters.q}
                onChange={(q) => set({ q }, true)}
              />
              <FilterChoice
                label="只看"
                value={filters.state}
                choices={STATES}
                onChange={(state) => set({ state })}
              />
              <Button aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
                单位：{place?.name ?? '全部'}
              </Button>
              <SavedFilters page="terminals" spec={FILTERS} filters={filters} onChoose={set} />
              {choosing && (
                <div className="terminal-tree">
                  <OrganizationTree
                    value={filters.in}
                    onChange={(code) => {
                      set({ in: code });
                      setChoosing(false);
                    }}
                  />
                </div>
              )}
            </>
          }
          empty="还没有电视。打开新电视，照屏幕上的登记码在右边登记。"
          onClear={isFiltered(filters, FILTERS, ['in', 'q', 'kind', 'state']) ? clear : undefined}
          pager={byCursor({
            page,
            shown: rows.length,
            next: terminals.data?.next,
            forward,
            backward,
          })}
        >
          {(shown) => (
            <RowTable<Terminal>
              columns={columns(now, open)}
              rows={shown}
              opened={opened}
              onOpen={open}
            />
          )}
        </Collection>
        {admits && <EnrolPanel />}
      </div>
      {opened !== null && editing === null && (
        <TerminalDetail key={opened} id={opened} onEdit={setEditing} onClose={() => open(null)} />
      )}
      {editing !== null && <TerminalForm terminal={editing} onClose={() => setEditing(null)} />}
    </Page>
  );
}
