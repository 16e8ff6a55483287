import './meetings.css';

import { PlusOutlined, StopOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';

import { useCancelMeeting, useMeetings, usePastMeetings } from '../../api/meetings';
import type { StaffMeeting } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import type { Bulk, Picking } from '../../kit/collection/collection';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor, byNumber } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { toEach } from '../../kit/collection/selection';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay, useMayIn } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { useNow } from '../../kit/use_now';
import { DAY, startOfDay } from '../../words/time';
import { onPage, sections } from './calendar';
import { CANCEL_REASON } from './cancel';
import { MeetingDetail } from './detail';
import { MeetingForm } from './form';
import { emptyWords, FILTERS, found, sinceMs, wished } from './listing';
import { MeetingRow } from './row';

const PAST_DAYS = 60;
const COMING_DAYS = 400;
/** Rows of the calendar on one page. */
const PAGE = 100;

export function MeetingsPage() {
  const may = useMay()('direct');
  const mayIn = useMayIn('direct');
  const address = useAddress(FILTERS);
  const [opened, open] = useInAddress('open');
  /** What the form is open for: a meeting, a new one, or nothing. */
  const [editing, setEditing] = useState<StaffMeeting | 'new' | null>(null);
  const { filters, set } = address;

  const shared: ListProps = {
    address,
    part: (
      <PartChoice
        label="哪些会议"
        value={filters.part}
        choices={[
          { value: 'calendar', label: '日程' },
          { value: 'ended', label: '开过的' },
          { value: 'cancelled', label: '取消的' },
        ]}
        onChange={(part) => set({ part })}
      />
    ),
    make: may && (
      <>
        <span className="spacer" />
        <Button
          type="primary"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => setEditing('new')}
        >
          新建会议
        </Button>
      </>
    ),
    may,
    directs: (one) => mayIn(one.meeting.organization.id),
    onOpen: open,
    onEdit: setEditing,
  };
  return (
    <Page title="会议与直播">
      {filters.part === 'calendar' ? (
        <Calendar {...shared} />
      ) : (
        <Past key={filters.part} {...shared} state={filters.part} />
      )}
      {opened !== null && editing === null && (
        <MeetingDetail
          key={opened}
          id={opened}
          directs={shared.directs}
          onEdit={setEditing}
          onClose={() => open(null)}
        />
      )}
      {editing !== null && (
        <MeetingForm
          meeting={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}

interface ListProps {
  address: ReturnType<typeof useAddress<typeof FILTERS>>;
  part: ReactNode;
  make: ReactNode;
  /** Whether they may plan meetings. */
  may: boolean;
  /** Whether they may direct this one. */
  directs: (one: StaffMeeting) => boolean;
  onOpen: (id: string) => void;
  onEdit: (one: StaffMeeting) => void;
}

/** What is live, what comes, and what was lately. */
function Calendar({ address, part, make, may, ...acts }: ListProps) {
  const now = useNow(30_000);
  const today = startOfDay(now);
  const meetings = useMeetings(today - PAST_DAYS * DAY, today + COMING_DAYS * DAY);
  const { filters, clear, number, toNumber } = address;
  const bulk = useBulk(acts.directs);
  const groups = sections(found(meetings.data ?? [], filters), now);
  const ordered = groups.flatMap((section) => section.meetings);
  const { rows, pager } = byNumber(ordered, number, PAGE, toNumber);
  return (
    <Collection
      bare
      query={meetings}
      rows={rows}
      rowKey={keyOf}
      filters={
        <>
          {part}
          <Narrowing label="按名称或单位查找" address={address} />
          {make}
        </>
      }
      empty={emptyWords(may)}
      onClear={isFiltered(filters, FILTERS, ['kind', 'q']) ? clear : undefined}
      pager={pager}
      bulk={may ? bulk : undefined}
    >
      {(shown, picking) =>
        onPage(groups, new Set(shown)).map((section) => (
          <section key={section.key} aria-labelledby={`section-${section.key}`}>
            <h2 id={`section-${section.key}`} className={`section-title section-${section.key}`}>
              {section.title}
              <span className="section-count">{section.count}</span>
            </h2>
            <Rows meetings={section.meetings} {...{ now, picking, ...acts }} />
          </section>
        ))
      }
    </Collection>
  );
}

/** What was held, or cancelled, page by page. */
function Past({
  address,
  part,
  make,
  state,
  directs,
  onOpen,
  onEdit,
}: ListProps & { state: 'ended' | 'cancelled' }) {
  const now = useNow(60_000);
  const { filters, set, clear, cursor, page, forward, backward } = address;
  const past = usePastMeetings({
    state,
    cursor,
    from_ms: sinceMs(filters.since, now),
    ...wished(filters),
  });
  const rows = past.data?.items ?? [];
  return (
    <Collection
      bare
      query={past}
      rows={rows}
      rowKey={keyOf}
      filters={
        <>
          {part}
          <Narrowing label="按名称查找" address={address} />
          <FilterChoice
            label="时间"
            value={filters.since}
            choices={[
              { value: 'quarter', label: '近三个月' },
              { value: 'year', label: '近一年' },
              { value: 'all', label: '全部' },
            ]}
            onChange={(since) => set({ since })}
          />
          {make}
        </>
      }
      empty={state === 'ended' ? '这段时间没有开过会。' : '这段时间没有取消的会议。'}
      onClear={isFiltered(filters, FILTERS, ['since', 'kind', 'q']) ? clear : undefined}
      pager={byCursor({ page, shown: rows.length, next: past.data?.next, forward, backward })}
    >
      {(shown, picking) => <Rows meetings={shown} {...{ now, picking, directs, onOpen, onEdit }} />}
    </Collection>
  );
}

/** What is looked for by words and by how it is held. */
function Narrowing({ label, address }: { label: string; address: ListProps['address'] }) {
  const { filters, set } = address;
  return (
    <>
      <SearchBox label={label} value={filters.q} onChange={(q) => set({ q }, true)} />
      <FilterChoice
        label="方式"
        value={filters.kind}
        choices={[
          { value: 'all', label: '全部' },
          { value: 'conference', label: '视频会议' },
          { value: 'broadcast', label: '直播' },
        ]}
        onChange={(kind) => set({ kind })}
      />
    </>
  );
}

interface RowsProps extends Pick<ListProps, 'directs' | 'onOpen' | 'onEdit'> {
  meetings: readonly StaffMeeting[];
  now: number;
  picking: Picking<StaffMeeting>;
}

function Rows({ meetings, now, picking, directs, onOpen, onEdit }: RowsProps) {
  return (
    <ul className="meeting-list">
      {meetings.map((one) => (
        <MeetingRow
          key={keyOf(one)}
          one={one}
          now={now}
          box={picking.box(one)}
          picked={picking.isPicked(one)}
          may={directs(one)}
          onOpen={() => onOpen(keyOf(one))}
          onEdit={() => onEdit(one)}
        />
      ))}
    </ul>
  );
}

const keyOf = ({ meeting }: StaffMeeting) => meeting.id;

/** What can be done to several meetings: those that have not begun can be cancelled. */
function useBulk(directs: ListProps['directs']): Bulk<StaffMeeting> {
  const confirm = useConfirm();
  const { mutateAsync: cancel } = useCancelMeeting();
  return {
    unit: '场会议',
    can: (one) => one.meeting.state === 'scheduled' && directs(one),
    name: ({ meeting }) => meeting.title,
    actions: [
      {
        label: '取消会议…',
        done: '已取消',
        icon: <StopOutlined aria-hidden />,
        run: async (chosen) => {
          const agreed = await confirm({
            title: `取消这 ${chosen.length} 场会议？`,
            content: `${chosen.map(({ meeting }) => `《${meeting.title}》`).join('')}。各户和各站点的电视上会看到会议已取消，看不到原因。`,
            okText: '取消会议',
            cancelText: '不取消',
            reason: CANCEL_REASON,
          });
          return (
            agreed && toEach(chosen, (one) => cancel({ id: one.meeting.id, reason: agreed.reason }))
          );
        },
      },
    ],
  };
}
