import { Button, Segmented, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { Link } from 'react-router-dom';

import { useMarkSeen, useNotices } from '../../api/notices';
import type { StaffNotice } from '../../api/types';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { byCursor } from '../../kit/collection/pages';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import type { Tone } from '../../kit/tag/tag';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';
import { pageOf, rightTo } from './about';

/** What a kind of notice is called. A server that is newer may have others. */
const KINDS: Readonly<Record<string, readonly [Tone, string]>> = {
  pin_locked: ['due', '密码锁定'],
  guessing: ['fault', '有人在试'],
  sign_in_to_verify: ['waiting', '签到待核实'],
  duplicate: ['plain', '可能重复'],
  many_reveals: ['due', '查看号码过多'],
  recording_failed: ['fault', '录像失败'],
  disk_full: ['fault', '磁盘已满'],
  paper_ballots: ['waiting', '纸票待核对'],
  terminal_storage: ['fault', '电视存不下'],
  request_due_soon: ['waiting', '快到时限'],
  request_overdue: ['fault', '超过时限'],
  report_due_soon: ['waiting', '举报快到时限'],
  report_overdue: ['fault', '举报超过时限'],
  new_submission: ['waiting', '有新投稿'],
  submission_returned: ['due', '投稿退回'],
};

const FILTERS = { show: ['unseen', 'all'] } as const;

function columns(
  now: number,
  may: (kind: string) => boolean,
  busy: string | undefined,
  see: (id: string) => void,
): ColumnsType<StaffNotice> {
  return [
    {
      title: '事项',
      dataIndex: 'kind',
      width: 150,
      render: (kind: string) => {
        const [tone, words] = KINDS[kind] ?? (['plain', '提醒'] as const);
        return <Tag tone={tone}>{words}</Tag>;
      },
    },
    {
      title: '情况',
      dataIndex: 'detail',
      render: (detail: string, { subject }) => {
        const to = pageOf(subject);
        return to === undefined ? detail : <Link to={to}>{detail}</Link>;
      },
    },
    { title: '单位', dataIndex: ['organization', 'name'], width: 160 },
    { title: '时间', dataIndex: 'at_ms', width: 150, render: (ms: number) => moment(ms, now) },
    {
      title: '处理',
      width: 130,
      render: (_, { id, kind, seen_at_ms: seen }) =>
        typeof seen === 'number' ? (
          moment(seen, now)
        ) : may(kind) ? (
          <Button loading={busy === id} onClick={() => see(id)}>
            看过了
          </Button>
        ) : (
          '还没有人看'
        ),
    },
  ];
}

/**
 * What staff should look at: requests that are due, submissions, who tries codes, locked PINs, sign-ins to verify, probable
 * duplicates.
 */
export function NoticesPage() {
  const may = useMay();
  const now = useNow(60_000);
  const { filters, set, cursor, page, forward, backward } = useAddress(FILTERS);
  const unseen = filters.show === 'unseen';
  const notices = useNotices(unseen, cursor);
  const seen = useMarkSeen();
  const rows = notices.data?.items ?? [];
  const busy = seen.isPending ? seen.variables : undefined;
  return (
    <Page
      title="账号与记录"
      tab="提醒"
      note="快到时限的诉求、新投稿、有人试密码、签到待核实、可能重复登记的人，都在这里。"
    >
      <Collection
        query={{ ...notices, error: seen.error ?? notices.error }}
        rows={rows}
        rowKey={(one) => one.id}
        filters={
          <Segmented<'unseen' | 'all'>
            value={filters.show}
            options={[
              { value: 'unseen', label: '还没看的' },
              { value: 'all', label: '全部' },
            ]}
            onChange={(show) => set({ show })}
          />
        }
        empty={unseen ? '没有要看的。有了以后会出现在这里。' : '还没有提醒。'}
        pager={byCursor({ page, shown: rows.length, next: notices.data?.next, forward, backward })}
      >
        {(shown) => (
          <Table<StaffNotice>
            rowKey="id"
            size="middle"
            columns={columns(
              now,
              (kind) => may(rightTo(kind)),
              busy,
              (id) => seen.mutate(id),
            )}
            dataSource={shown}
            pagination={false}
          />
        )}
      </Collection>
    </Page>
  );
}
