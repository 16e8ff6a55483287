import './audit.css';

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';

import { useAccounts } from '../../api/accounts';
import { useAudit } from '../../api/audit';
import { PAGE } from '../../api/listed';
import type { AuditEntry, StaffAccount } from '../../api/types';
import type { Filters } from '../../kit/address/address';
import { isFiltered } from '../../kit/address/address';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { Page } from '../../kit/page/page';
import { Select } from '../../kit/select';
import { keepTable } from '../../kit/table_file';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { DAY, moment } from '../../words/time';
import { Chain } from './chain';
import { about, ACTIONS, beside, deed, kindOf, meaning, PERSONAL, who } from './words';

const FILTERS = {
  q: 'text',
  action: 'text',
  actor: 'text',
  subject: 'text',
  since: ['ever', 'day', 'week', 'month'],
  /** Only those in which somebody saw or wrote what is personal. */
  personal: ['', 'only'],
} as const;

const SINCE: Record<Filters<typeof FILTERS>['since'], { label: string; ms?: number }> = {
  ever: { label: '全部' },
  day: { label: '最近 24 小时', ms: DAY },
  week: { label: '最近 7 天', ms: 7 * DAY },
  month: { label: '最近 30 天', ms: 30 * DAY },
};

const DEED_CHOICES = [
  { value: '', label: '全部' },
  ...ACTIONS.map((value) => ({ value, label: deed(value) })),
];

function columns(now: number): ColumnsType<AuditEntry> {
  return [
    {
      title: '序号',
      dataIndex: 'seq',
      align: 'right',
      // A click on it is one on its row.
      render: (seq: number) => (
        <Button type="link" className="audit-seq" aria-label={`看第 ${seq} 条`}>
          {seq}
        </Button>
      ),
    },
    { title: '时间', dataIndex: 'at_ms', render: (ms: number) => moment(ms, now) },
    { title: '谁', dataIndex: 'actor', render: (actor: string) => <b>{who(actor)}</b> },
    {
      title: '类别',
      dataIndex: 'action',
      render: (action: string) => {
        const { tone, words } = kindOf(action);
        return <Tag tone={tone}>{words}</Tag>;
      },
    },
    { title: '做了什么', dataIndex: 'action', key: 'deed', render: deed },
    {
      title: '说明',
      dataIndex: 'detail',
      render: (detail: string, { action }) => beside(action, detail) || '—',
    },
  ];
}

/** Who can be chosen: those that were found, and whoever is chosen already. */
function actorsOf(accounts: readonly StaffAccount[], chosen: string, typed: string) {
  const always = [
    { value: '', label: '全部' },
    { value: 'system', label: '系统' },
  ].filter(({ label }) => label.includes(typed.trim()));
  const found = accounts.map(({ login }) => ({ value: `staff:${login}`, label: login }));
  const isThere = [...always, ...found].some(({ value }) => value === chosen);
  return [...always, ...(isThere ? [] : [{ value: chosen, label: who(chosen) }]), ...found];
}

/** Who did what: first whether the log is whole, then its entries. */
export function AuditPage() {
  const now = useNow(60_000);
  const { filters, set, clear, cursor, page, forward, backward } = useAddress(FILTERS);
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const words = useSettled(filters.q).trim();
  const query = useAudit(cursor, {
    actor: filters.actor,
    action: filters.action,
    subject: filters.subject,
    actions: filters.personal === 'only' ? PERSONAL : [],
    for_ms: SINCE[filters.since].ms,
    q: words,
    meant: meaning(words),
  });
  const rows = query.data?.items ?? [];
  const next = query.data?.next ?? null;
  const [typed, setTyped] = useState('');
  const accounts = useAccounts({ name: useSettled(typed).trim() }).data?.items ?? [];
  const actors = actorsOf(accounts, filters.actor, typed);
  const table = () => [
    ['序号', '时间', '谁', '做了什么', '说明'],
    ...rows.map(({ seq, at_ms, actor, action, detail }) => [
      seq,
      moment(at_ms, now),
      who(actor),
      deed(action),
      beside(action, detail),
    ]),
  ];
  const unfiltered = !isFiltered(filters, FILTERS, [
    'q',
    'action',
    'actor',
    'subject',
    'since',
    'personal',
  ]);
  return (
    <Page title="账号与记录" tab="记录">
      <Chain rows={unfiltered ? rows : []} />
      <Collection
        query={query}
        rows={rows}
        rowKey={(one) => String(one.seq)}
        filters={
          <>
            <SearchBox
              label="姓名、做了什么、原因"
              value={filters.q}
              onChange={(q) => set({ q }, true)}
            />
            <Select
              className="filter-choice"
              aria-label="做了什么"
              prefix="做了什么："
              showSearch
              optionFilterProp="label"
              popupMatchSelectWidth={false}
              value={filters.action}
              options={DEED_CHOICES}
              onChange={(action: string) => set({ action })}
            />
            <Select
              className="filter-choice"
              aria-label="谁"
              prefix="谁："
              showSearch
              filterOption={false}
              onSearch={setTyped}
              notFoundContent="没有找到这个账号"
              popupMatchSelectWidth={false}
              value={filters.actor}
              options={actors}
              onChange={(actor: string) => set({ actor })}
            />
            <FilterChoice
              label="时间"
              value={filters.since}
              choices={FILTERS.since.map((value) => ({ value, label: SINCE[value].label }))}
              onChange={(since) => set({ since })}
            />
            <Checkbox
              checked={filters.personal === 'only'}
              onChange={({ target }) => set({ personal: target.checked ? 'only' : '' })}
            >
              只看碰到个人信息的
            </Checkbox>
            {filters.subject !== '' && (
              <Button onClick={() => set({ subject: '' })}>
                只看关于这{about(filters.subject)}的 ×
              </Button>
            )}
            <SavedFilters page="audit" spec={FILTERS} filters={filters} onChoose={set} />
            <span className="spacer" />
            <Button
              icon={<DownloadOutlined aria-hidden />}
              disabled={rows.length === 0}
              onClick={() => keepTable('记录.csv', table())}
            >
              下载列出的
            </Button>
          </>
        }
        empty="还没有记录。"
        onClear={unfiltered ? undefined : clear}
        pager={byCursor({
          page,
          shown: rows.length,
          next: next === null ? null : String(next),
          forward,
          backward,
        })}
      >
        {(shown) => (
          <Table<AuditEntry>
            rowKey="seq"
            size="middle"
            columns={columns(now)}
            dataSource={[...shown]}
            pagination={false}
            rowClassName="audit-row"
            onRow={(one) => ({ onClick: () => setOpened(one) })}
          />
        )}
      </Collection>
      {words !== '' && next !== null && rows.length < PAGE && (
        <p className="audit-looked" role="status">
          找到第 {next.toLocaleString('en-US')} 条为止，更早的按“下一页”接着找。
        </p>
      )}
      {opened && (
        <Entry
          entry={opened}
          now={now}
          onSubject={(subject) => {
            setOpened(null);
            set({ subject, q: '' });
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}

interface EntryProps {
  entry: AuditEntry;
  now: number;
  onSubject: (subject: string) => void;
  onClose: () => void;
}

/** One entry, and the way to everything else about the same. */
function Entry({ entry, now, onSubject, onClose }: EntryProps) {
  const { seq, at_ms, actor, action, subject, detail, hash } = entry;
  return (
    <Drawer
      open
      title={`第 ${seq} 条`}
      foot={
        <>
          <span className="spacer" />
          <Button onClick={() => onSubject(subject)}>只看关于这{about(subject)}的</Button>
        </>
      }
      onClose={onClose}
    >
      <Facts
        facts={[
          ['时间', moment(at_ms, now)],
          ['谁', who(actor)],
          ['做了什么', deed(action)],
          ['关于', about(subject)],
          ['说明', beside(action, detail)],
          ['校验', <code key="hash">{hash}</code>],
        ]}
      />
    </Drawer>
  );
}
