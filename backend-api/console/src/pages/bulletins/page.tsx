import './bulletins.css';
import { organizationChoice } from '../../kit/organizations/choice';

import { AlertOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { useBulletins, useSubmitted } from '../../api/bulletins';
import { useBulletinLists, useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { BulletinState, StaffBulletin } from '../../api/types';
import { DRAFTS, isNew, newId } from '../../bulletin/shelf';
import { isFiltered } from '../../kit/address/address';
import { useAddress, useInAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SavedFilters } from '../../kit/collection/saved_filters';
import { SearchBox } from '../../kit/collection/search_box';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { TreeSelect } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { useSettled } from '../../kit/use_settled';
import { BULLETIN_STATE, BULLETIN_TONE } from '../../words/bulletins';
import { takenBackWords } from '../../words/taken_back';
import { moment } from '../../words/time';
import { editAt, reviewAt } from '../bulletin/ways';
import { BulletinDetail } from './detail';
import { ending, FILTERS, holds, whichOf } from './filters';

interface Names {
  listOf: (id: string) => string;
  organizationOf: (code: string) => string;
}

function columns(now: number, names: Names, mayPublish: boolean): ColumnsType<StaffBulletin> {
  return [
    {
      title: '标题',
      render: (_, one) => (
        <span className="bulletin-title">
          <span className="published">{one.draft.title}</span>
          {one.draft.urgent === true && <Tag tone="fault">紧急</Tag>}
          {holds(one).map((what) => (
            <Tag key={what} tone="plain">
              {what}
            </Tag>
          ))}
          {ending(one, now) !== null && <Tag tone="due">{ending(one, now)}</Tag>}
          {one.taken_back && (one.state === 'draft' || one.state === 'withdrawn') && (
            <small className="bulletin-back">{takenBackWords(one.taken_back, now)}</small>
          )}
        </span>
      ),
    },
    { title: '栏目', width: 120, render: (_, { draft }) => names.listOf(draft.list) },
    {
      title: '单位',
      width: 150,
      render: (_, { draft }) => names.organizationOf(draft.organization_code),
    },
    {
      title: '状态',
      width: 110,
      render: (_, { state }) => <Tag tone={BULLETIN_TONE[state]}>{BULLETIN_STATE[state]}</Tag>,
    },
    {
      title: '发布 / 到期',
      width: 180,
      render: (_, one) => (
        <span className="bulletin-times">
          {when(one, now)}
          <br />
          {one.draft.expires_at_ms == null
            ? '不到期'
            : `${moment(one.draft.expires_at_ms, now)} 到期`}
        </span>
      ),
    },
    {
      title: '最后改动',
      width: 110,
      render: (_, { updated_by: by }) => by ?? '系统',
    },
    {
      title: '可以做',
      width: 90,
      align: 'right',
      render: (_, one) => <Next bulletin={one} mayPublish={mayPublish} />,
    },
  ];
}

function when({ state, published_at_ms, updated_at_ms }: StaffBulletin, now: number): string {
  if (state === 'published' && published_at_ms != null)
    return `${moment(published_at_ms, now)} 发布`;
  const verb: Record<BulletinState, string> = {
    draft: '存',
    submitted: '提交',
    published: '发布',
    withdrawn: '撤回',
    expired: '到期',
  };
  return `${moment(updated_at_ms, now)} ${verb[state]}`;
}

/** The one thing that is done next; a click on it opens no drawer. */
function Next({
  bulletin: { id, state },
  mayPublish,
}: {
  bulletin: StaffBulletin;
  mayPublish: boolean;
}) {
  const may = useMay();
  const stop = (event: React.MouseEvent) => event.stopPropagation();
  if (state === 'submitted' && mayPublish) {
    return (
      <Link to={reviewAt(id)} onClick={stop}>
        审核
      </Link>
    );
  }
  if (state === 'draft' && may('write')) {
    return (
      <Link to={editAt(id)} onClick={stop}>
        接着写
      </Link>
    );
  }
  return <span className="bulletin-open">打开</span>;
}

/** 发布: what is on the televisions, what waits for it, what is being written. */
export function BulletinsPage() {
  const may = useMay();
  const now = useNow(30_000);
  const navigate = useNavigate();
  const address = useAddress(FILTERS);
  const { filters, cursor, page, forward, backward } = address;
  const [opened, open] = useInAddress('open');
  const organizations = useOrganizations().data ?? [];
  const choice = organizationChoice(organizations);
  const lists = useBulletinLists().data ?? [];
  const which = whichOf({ ...filters, q: useSettled(filters.q) });
  const submitted = useSubmitted();
  const bulletins = useBulletins(which, cursor);
  // Those that wait stand before all others.
  const first = which.state === undefined && page === 1;
  const waiting = useSubmitted(first, which).data;
  const rows = [...((first && waiting) || []), ...(bulletins.data?.items ?? [])];
  const next = bulletins.data?.next;
  const names: Names = {
    listOf: (id) => lists.find(({ value }) => value === id)?.title ?? id,
    organizationOf: (code) => organizations.find((one) => one.code === code)?.name ?? code,
  };
  const write = (urgent: boolean) => {
    const id = newId(Date.now().toString(36));
    navigate(`${editAt(id)}${urgent ? '?urgent=1' : ''}`);
  };
  const count = submitted.data?.length ?? 0;
  return (
    <Page title="发布" note="发到电视上的公示、公告、先锋和指南。">
      <div className="page-acts">
        <PartChoice
          label="状态"
          value={filters.state}
          choices={FILTERS.state.map((value) => ({
            value,
            label:
              value === 'all'
                ? '全部'
                : `${BULLETIN_STATE[value]}${value === 'submitted' && count > 0 ? ` ${count}` : ''}`,
          }))}
          onChange={(value) => address.set({ state: value })}
        />
        <span className="spacer" />
        {may('write') && (
          <>
            <Button icon={<AlertOutlined aria-hidden />} onClick={() => write(true)}>
              紧急插播
            </Button>
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => write(false)}>
              写一条
            </Button>
          </>
        )}
      </div>
      <Unfinished />
      <Collection
        query={bulletins}
        rows={rows}
        rowKey={({ id }) => id}
        filters={
          <>
            <SearchBox
              label="标题、拼音或正文里的字"
              value={filters.q}
              onChange={(q) => address.set({ q }, true)}
            />
            <FilterChoice
              label="栏目"
              value={filters.list}
              choices={[{ value: '', label: '全部' }, ...lists]}
              onChange={(list) => address.set({ list })}
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
            <SavedFilters
              page="bulletins"
              spec={FILTERS}
              filters={filters}
              onChoose={address.set}
            />
            <span className="spacer" />
            <span className="page-note">待审的在前，再按写的时间</span>
          </>
        }
        empty={
          may('write') && filters.state === 'all'
            ? '还没有内容。点“写一条”，写第一条。'
            : '这里还没有内容。'
        }
        onClear={
          isFiltered(filters, FILTERS, ['list', 'organization', 'q']) ? address.clear : undefined
        }
        pager={byCursor({ page, shown: rows.length, next, forward, backward })}
      >
        {(shown) => (
          <Table<StaffBulletin>
            className="bulletins"
            rowKey="id"
            size="middle"
            columns={columns(now, names, may('publish'))}
            dataSource={[...shown]}
            pagination={false}
            rowClassName={({ state: is }) => (is === 'submitted' ? 'bulletin-waits' : '')}
            onRow={({ id, draft }) => ({
              tabIndex: 0,
              'aria-label': draft.title,
              onClick: () => open(id),
              onKeyDown: ({ key, target, currentTarget }) => {
                if (key === 'Enter' && target === currentTarget) open(id);
              },
            })}
          />
        )}
      </Collection>
      {opened !== null && <BulletinDetail key={opened} id={opened} onClose={() => open(null)} />}
    </Page>
  );
}

/** What was begun in this browser and is not on the server yet: offered again. */
function Unfinished() {
  const login = useMe().data?.login ?? '';
  const now = useNow(60_000);
  const confirm = useConfirm();
  const [left, setLeft] = useState<ReturnType<typeof DRAFTS.all>>([]);
  useEffect(() => {
    DRAFTS.tidy(localStorage, Date.now());
    setLeft(DRAFTS.all(localStorage, login));
  }, [login]);
  if (left.length === 0) return null;
  const drop = async (id: string, title: string) => {
    const sure = await confirm({
      title: '不要了？',
      content: `您写的“${title || '还没有标题'}”只在这台电脑上，丢掉以后找不回来。`,
      okText: '丢掉',
      cancelText: '留着',
    });
    if (sure === null) return;
    DRAFTS.put(localStorage, login, id, null);
    setLeft((all) => all.filter((one) => one.id !== id));
  };
  return (
    <div className="bulletin-left">
      {left.map(({ id, value }) => (
        <Alert
          key={id}
          type="info"
          showIcon
          message={`${isNew(id) ? '没写完的' : '改了没有存到服务器的'}：${value.draft.title || '还没有标题'}，${moment(value.at_ms, now)} 存在这台电脑上`}
          action={
            <span className="bulletin-left-acts">
              <Button type="text" onClick={() => void drop(id, value.draft.title)}>
                不要了
              </Button>
              <Link to={editAt(id)}>接着写</Link>
            </span>
          }
        />
      ))}
    </div>
  );
}
