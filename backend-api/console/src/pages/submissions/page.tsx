import './submissions.css';

import { PlusOutlined, QrcodeOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useCallback, useState } from 'react';

import { useOrganizations } from '../../api/places';
import { useSubmissions } from '../../api/submissions';
import type { Submission, SubmissionLine } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { useOpenMade } from '../../kit/form_dialog/use_open_made';
import { useMay } from '../../kit/may/use_may';
import { organizationChoice } from '../../kit/organizations/choice';
import { Page } from '../../kit/page/page';
import { TreeSelect } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { senderOf, SUBMISSION_STATE, submissionStand } from '../../words/submissions';
import { moment } from '../../words/time';
import { SubmissionDetail } from './detail';
import { SubmissionForm } from './form';
import { LinkDrawer } from './link';
import { TakeForm } from './take_form';

const FILTERS = {
  q: 'text',
  state: ['all', 'waiting', 'returned', 'taken', 'declined', 'withdrawn'],
  organization: 'text',
} as const;

function columns(now: number): ColumnsType<SubmissionLine> {
  return [
    {
      title: '标题',
      render: (_, one) => (
        <span>
          <span className="published">{one.title}</span>{' '}
          {one.pictures > 0 && <Tag tone="plain">图 {one.pictures}</Tag>}{' '}
          {one.film && <Tag tone="plain">影片</Tag>}
        </span>
      ),
    },
    { title: '投稿单位', width: 160, render: (_, one) => one.organization.name },
    { title: '谁送的', width: 190, render: (_, one) => senderOf(one) },
    {
      title: '状态',
      width: 150,
      render: (_, one) => {
        const { tone, words } = submissionStand(one);
        return <Tag tone={tone}>{words}</Tag>;
      },
    },
    { title: '送来', width: 150, render: (_, one) => moment(one.sent_at_ms, now) },
  ];
}

/** What a form is open for. */
type Open = { kind: 'send' } | { kind: 'edit' | 'take'; submission: Submission } | { kind: 'link' };

const asItIs = (place: string) => place;

/** 投稿: what villages send to be published. */
export function SubmissionsPage() {
  const may = useMay();
  const now = useNow(60_000);
  const address = useAddress(FILTERS);
  const { filters, cursor, page, forward, backward } = address;
  const [opened, open] = useInAddress('open');
  const [form, setForm] = useState<Open | null>(null);
  const openMade = useOpenMade(form === null, asItIs);
  const close = useCallback(() => setForm(null), []);
  const organizations = useOrganizations().data ?? [];
  const choice = organizationChoice(organizations);
  const submissions = useSubmissions({
    state: filters.state === 'all' ? undefined : filters.state,
    organization: filters.organization,
    q: useSettled(filters.q).trim(),
    cursor,
  });
  const rows = submissions.data?.items ?? [];
  const left = {
    waiting: submissions.data?.waiting ?? 0,
    returned: submissions.data?.returned ?? 0,
  };
  const count = (state: (typeof FILTERS.state)[number]) => {
    const many = state === 'waiting' || state === 'returned' ? left[state] : 0;
    return many > 0 ? ` ${many}` : '';
  };
  return (
    <Page title="发布" tab="投稿" note="村里送来要发布的文字、图片和影片。">
      <div className="page-acts">
        <PartChoice
          label="状态"
          value={filters.state}
          choices={FILTERS.state.map((value) => ({
            value,
            label: value === 'all' ? '全部' : `${SUBMISSION_STATE[value]}${count(value)}`,
          }))}
          onChange={(state) => address.set({ state })}
        />
        <span className="spacer" />
        {may('write') && (
          <>
            <Button icon={<QrcodeOutlined aria-hidden />} onClick={() => setForm({ kind: 'link' })}>
              扫码投稿
            </Button>
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => setForm({ kind: 'send' })}
            >
              投一篇稿
            </Button>
          </>
        )}
      </div>
      <Collection
        query={submissions}
        rows={rows}
        rowKey={({ id }) => id}
        filters={
          <>
            <SearchBox
              label="标题、内容或谁送的"
              value={filters.q}
              onChange={(q) => address.set({ q }, true)}
            />
            <TreeSelect
              className="filter-choice"
              aria-label="单位"
              prefix="单位："
              value={filters.organization}
              {...choice}
              treeData={[{ value: '', title: '全部', children: [] }, ...choice.treeData]}
              popupMatchSelectWidth={280}
              onChange={(organization: string) => address.set({ organization })}
            />
          </>
        }
        empty="还没有投稿。点“投一篇稿”写一篇，或者点“扫码投稿”请村里人用手机投。"
        onClear={
          isFiltered(filters, FILTERS, ['q', 'state', 'organization']) ? address.clear : undefined
        }
        pager={byCursor({
          page,
          shown: rows.length,
          next: submissions.data?.next,
          forward,
          backward,
        })}
      >
        {(shown) => (
          <Table<SubmissionLine>
            className="submissions"
            rowKey="id"
            size="middle"
            columns={columns(now)}
            dataSource={shown}
            pagination={false}
            onRow={({ id, title }) => ({
              tabIndex: 0,
              'aria-label': title,
              onClick: () => open(id),
              onKeyDown: ({ key, target, currentTarget }) => {
                if (key === 'Enter' && target === currentTarget) open(id);
              },
            })}
          />
        )}
      </Collection>
      {opened !== null && form === null && (
        <SubmissionDetail
          key={opened}
          id={opened}
          onTake={(submission) => setForm({ kind: 'take', submission })}
          onEdit={(submission) => setForm({ kind: 'edit', submission })}
          onClose={() => open(null)}
        />
      )}
      {(form?.kind === 'send' || form?.kind === 'edit') && (
        <SubmissionForm
          submission={form.kind === 'edit' ? form.submission : undefined}
          onSent={(id) => openMade(`/publish/submissions?open=${encodeURIComponent(id)}`)}
          onClose={close}
        />
      )}
      {form?.kind === 'take' && (
        <TakeForm submission={form.submission} onTaken={openMade} onClose={close} />
      )}
      {form?.kind === 'link' && (
        <LinkDrawer
          onOpen={(id) => {
            setForm(null);
            open(id);
          }}
          onClose={close}
        />
      )}
    </Page>
  );
}
