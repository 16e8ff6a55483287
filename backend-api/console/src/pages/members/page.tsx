import './members.css';

import { KeyOutlined, StopOutlined, SwapOutlined, UserAddOutlined } from '@ant-design/icons';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useMembers } from '../../api/members';
import { useOrganizations } from '../../api/places';
import type { Member } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import type { Bulk, Picking } from '../../kit/collection/collection';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { nameColumn, RowTable } from '../../kit/collection/row_table';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import type { BulkResult } from '../../kit/collection/selection';
import { useMay } from '../../kit/may/use_may';
import { OrganizationPanes } from '../../kit/organizations/organization_panes';
import { Page } from '../../kit/page/page';
import { useSettled } from '../../kit/use_settled';
import { statusWords } from '../../words/evaluations';
import type { Issued } from './acts';
import { useMemberActs } from './acts';
import { MemberDetail } from './detail';
import { FILTERS, isWhole, typedAs, whichOf, WHO } from './filters';
import type { MemberFilters, Who } from './filters';
import { MemberForm } from './form';
import { RegisterActs } from './register_acts';
import { PinSlips } from './slips_page';
import { MemberTags } from './tags';
import { TransferForm } from './transfer_form';

const STATUSES = [
  { value: 'all', label: '全部' },
  ...FILTERS.status
    .filter((one) => one !== 'all')
    .map((value) => ({ value, label: statusWords(value) })),
] as { value: MemberFilters['status']; label: string }[];

const WHOS = (Object.keys(WHO) as Who[]).map((value) => ({ value, label: WHO[value] }));

/** What is open over the list. */
type Doing =
  | { kind: 'form'; member: Member | undefined }
  | {
      kind: 'transfer';
      members: readonly Member[];
      onDone: (result: BulkResult<Member> | null) => void;
    };

/** 人员: organizations at the left, whoever belongs to the one that is chosen at the right. */
export function MembersPage() {
  const may = useMay();
  const address = useAddress(FILTERS);
  const { filters, set, cursor, page, forward, backward } = address;
  const [opened, open] = useInAddress('open');
  /** A whole number that is looked for: it must not be in the address. */
  const [number, setNumber] = useState('');
  const [doing, setDoing] = useState<Doing | null>(null);
  const [issued, setIssued] = useState<Issued[]>([]);
  const organizations = useOrganizations().data ?? [];
  const acts = useMemberActs();

  const settled = useSettled(filters.q);
  const whole = useSettled(number, 600);
  const byNumber = number !== '' && whole === number && isWhole(number) ? number : null;
  const which = whichOf({ ...filters, q: settled });
  const members = useMembers({ which, cursor, number: byNumber });
  const rows = members.data?.items ?? [];

  const search = (text: string) => {
    if (typedAs(text) === 'number') {
      setNumber(text.trim());
      if (filters.q !== '') set({ q: '' }, true);
    } else {
      setNumber('');
      set({ q: text }, true);
    }
  };
  const place = organizations.find(({ code }) => code === filters.in) ?? organizations[0];
  const below = organizations.some(({ parent_id }) => parent_id === place?.id);
  const codeOf = (id: string) => organizations.find((one) => one.id === id)?.code ?? '';
  const filtered = isFiltered(filters, FILTERS, ['q', 'status', 'who']) || number !== '';

  const bulk: Bulk<Member> = {
    unit: '人',
    can: (member) => (member.left_at_ms ?? null) === null,
    name: (member) => member.name,
    actions: [
      {
        label: '转到别的单位…',
        done: '转过去了',
        icon: <SwapOutlined aria-hidden />,
        run: (all) =>
          new Promise((resolve) => {
            const onDone = (result: BulkResult<Member> | null) => {
              setDoing(null);
              resolve(result);
            };
            setDoing({ kind: 'transfer', members: all, onDone });
          }),
      },
      {
        label: '免点名…',
        done: '免点名了',
        icon: <StopOutlined aria-hidden />,
        run: (all) => acts.exempt(all, codeOf),
      },
      {
        label: '重设 PIN…',
        done: '有了新 PIN',
        icon: <KeyOutlined aria-hidden />,
        run: (all) => acts.newPins(all, setIssued),
      },
    ],
  };

  return (
    <Page title="人员与户" tab="人员" flush>
      <OrganizationPanes
        value={filters.in}
        onChange={(code) => set({ in: code })}
        acts={
          <RegisterActs
            what="members"
            icon={<UserAddOutlined aria-hidden />}
            label="添一个人"
            onAdd={() => setDoing({ kind: 'form', member: undefined })}
          />
        }
      >
        <Collection
          query={members}
          rows={rows}
          rowKey={({ id }) => id}
          filters={
            <>
              <SearchBox
                label="姓名、拼音、电话后四位"
                value={number === '' ? filters.q : number}
                onChange={search}
              />
              <FilterChoice
                label="身份"
                value={filters.status}
                choices={STATUSES}
                onChange={(status) => set({ status })}
              />
              <FilterChoice
                label="只看"
                value={filters.who}
                choices={WHOS}
                onChange={(who) => set({ who })}
              />
              <SavedFilters page="members" spec={FILTERS} filters={filters} onChoose={set} />
            </>
          }
          empty="这个单位还没有登记人员。可以从表格导入，或者一个一个添。"
          onClear={
            filtered
              ? () => {
                  setNumber('');
                  set({ q: '', status: 'all', who: 'here' });
                }
              : undefined
          }
          pager={
            byNumber !== null
              ? null
              : byCursor({
                  page,
                  shown: rows.length,
                  next: members.data?.next,
                  forward,
                  backward,
                })
          }
          bulk={may('write_members') ? bulk : undefined}
        >
          {(shown, picking) => (
            <RowTable<Member>
              columns={columns(picking, below, open)}
              rows={shown}
              opened={opened}
              onOpen={open}
              isPicked={picking.isPicked}
            />
          )}
        </Collection>
        <p className="people-quiet">
          号码只显示一部分；看全号要写原因，并留在记录里。整个号码也可以查：输全身份证号、电话或卡号。
        </p>
      </OrganizationPanes>
      {opened !== null && doing?.kind !== 'form' && (
        <MemberDetail
          key={opened}
          id={opened}
          onEdit={(member) => setDoing({ kind: 'form', member })}
          onIssued={setIssued}
          onClose={() => open(null)}
        />
      )}
      {doing?.kind === 'form' && (
        <MemberForm
          member={doing.member}
          organization={filters.in}
          onSaved={({ id }) => open(id)}
          onClose={() => setDoing(null)}
        />
      )}
      {doing?.kind === 'transfer' && <TransferForm members={doing.members} onDone={doing.onDone} />}
      {issued.length > 0 && <PinSlips issued={issued} onClose={() => setIssued([])} />}
    </Page>
  );
}

function columns(
  picking: Picking<Member>,
  below: boolean,
  open: (id: string) => void,
): ColumnsType<Member> {
  const stays = {
    onCell: () => ({ onClick: (event: React.MouseEvent) => event.stopPropagation() }),
  };
  return [
    { title: '', key: 'pick', width: 36, ...stays, render: (_, member) => picking.box(member) },
    nameColumn('姓名', open),
    { title: '身份', render: (_, { status }) => statusWords(status) },
    ...(below ? [{ title: '单位', dataIndex: ['organization', 'name'] }] : []),
    {
      title: '户',
      ...stays,
      render: (_, { household }) =>
        household ? (
          <Link to={`/people/households?open=${household.id}`}>{household.name}</Link>
        ) : (
          '—'
        ),
    },
    {
      title: '电话',
      dataIndex: 'phone_masked',
      render: (phone: string | null) =>
        phone ? phone : <span className="people-missing">没留电话</span>,
    },
    {
      title: '入党',
      dataIndex: 'joined_on',
      render: (day: string | null) => (day ? day.slice(0, 7) : '—'),
    },
    { title: '备注', render: (_, member) => <MemberTags member={member} /> },
  ];
}
