import './statistics.css';

import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { Link } from 'react-router-dom';

import { everyBulletin } from '../../api/bulletins';
import { everyEvaluation } from '../../api/evaluations';
import { useOrganizations } from '../../api/places';
import { useRequestStatistics } from '../../api/requests';
import { latestRollCalls, meetingsWithin } from '../../api/roll_calls';
import type { Organization } from '../../api/types';
import { Page } from '../../kit/page/page';
import { PrintButton, PrintSheet, SheetTable } from '../../kit/print/sheet';
import { Problem } from '../../kit/problem';
import { subtreeOf } from '../../kit/register';
import { keepTable } from '../../kit/table_file';
import { Tag } from '../../kit/tag/tag';
import { moment } from '../../words/time';
import type { Ask, Asked, AskKind } from './asked';
import { askedOf, asksIn } from './asked';
import { isOlder } from './attendance';
import { ChoiceFields, useChoice } from './choice';
import { Guard } from './guard';
import { monthWords } from './months';

/** So many roll calls are looked through for those of the month. */
const LOOKED = 2_000;

const KINDS: readonly [AskKind, string][] = [
  ['meeting', '会议'],
  ['roll_call', '点名'],
  ['evaluation', '评议和问卷'],
  ['urgent', '紧急插播'],
];

function useAsks(
  from_ms: number,
  until_ms: number,
  organizations: readonly Organization[] | undefined,
) {
  return useQuery({
    queryKey: ['asked', from_ms, until_ms],
    queryFn: async () => {
      const [latest, meetings, evaluations, bulletins] = await Promise.all([
        latestRollCalls((one) => isOlder(one, from_ms), LOOKED),
        meetingsWithin(from_ms, until_ms),
        everyEvaluation(),
        everyBulletin(),
      ]);
      const { rollCalls, more } = latest;
      const places = new Map((organizations ?? []).map((one) => [one.code, one] as const));
      const sources = { rollCalls, meetings, evaluations, bulletins, places };
      return { asks: asksIn(sources, from_ms, until_ms), more };
    },
    enabled: organizations !== undefined,
    staleTime: 60_000,
  });
}

/** Villages, branches and offices: who is asked. Those above them ask. */
function askable(organizations: readonly Organization[], code: string): Organization[] {
  const within = subtreeOf(organizations, code);
  const own = organizations.filter(({ id }) => within.has(id));
  const below = own.filter(({ kind }) => ['village', 'branch', 'office'].includes(kind));
  return (below.length > 0 ? below : own).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** 我们这个月向各支部要了什么: everything in one place, so that nothing is asked twice. */
export function AskedPage() {
  const choice = useChoice();
  const { month, from_ms: from, until_ms: until, organization, now } = choice;
  const known = useOrganizations();
  const organizations = known.data ?? [];
  const asked = useAsks(from, until, known.data);
  const requests = useRequestStatistics({ from, until, organization });
  const assigned = new Map(
    (requests.data?.offices ?? []).map((one) => [one.organization.id, one.figures.received]),
  );
  const rows = asked.data
    ? askedOf(askable(organizations, organization), asked.data.asks, organizations, assigned)
    : [];
  const reached = new Set(rows.flatMap(({ asks }) => asks.map(({ id }) => id)));
  const twice = new Set(rows.flatMap((one) => [...one.twice]));
  const asks = (asked.data?.asks ?? []).filter(({ id }) => reached.has(id));
  const table = [
    ['支部', ...COLUMNS, '又要了一次的'],
    ...rows.map((one) => [one.organization.name, ...numbers(one), namesTwice(one)]),
  ];
  return (
    <Page title="统计" tab="向各支部要了什么">
      <Guard />
      <div className="page-acts">
        <ChoiceFields choice={choice} />
        <span className="spacer" />
        <PrintButton disabled={!asked.data || !requests.data} />
        <Button
          icon={<DownloadOutlined aria-hidden />}
          disabled={!asked.data || !requests.data}
          onClick={() => keepTable(`向各支部要了什么-${month}.csv`, table)}
        >
          下载表
        </Button>
      </div>
      {known.error && <Problem error={known.error} retry={known.refetch} />}
      {asked.error && <Problem error={asked.error} retry={asked.refetch} />}
      {requests.error && <Problem error={requests.error} retry={requests.refetch} />}
      {!asked.data && !asked.error && <p role="status">正在读取</p>}
      {asked.data?.more === true && (
        <Alert type="warning" showIcon message="点名太多，早先排好的可能没有数进来。" />
      )}
      {asked.data && (
        <>
          <section aria-label="这个月要了什么">
            <h2 className="section-title">
              我们{monthWords(month)}向各支部要了什么
              <span className="section-count">
                {asks.length} 件{twice.size > 0 && `，其中 ${twice.size} 件有支部已经要过`}
              </span>
            </h2>
            <div className="card statistics-table">
              <AskTable asks={asks} twice={twice} now={now} />
            </div>
          </section>
          <section aria-label="各支部">
            <h2 className="section-title">各支部</h2>
            <div className="card statistics-table">
              <BranchTable rows={rows} now={now} />
            </div>
          </section>
          <p className="page-note">
            会议里的签到算在会议里，不另算。诉求是群众提的，这个月收到、现在归它答复的有几件，单列一栏。同样的名称又要一次、同一天又点一次名，标“又要了一次”。要之前先看这里：已经要过的不再要，已经知道的不用支部再填。
          </p>
          <PrintSheet
            title={`${monthWords(month)}向各支部要了什么`}
            note={`一共 ${asks.length} 件。按名册次序，不排名。`}
            signed={['制表人', '负责人']}
          >
            <SheetTable head={(table[0] ?? []).map(String)} rows={table.slice(1)} figuresFrom={1} />
          </PrintSheet>
        </>
      )}
    </Page>
  );
}

/** Of the table by branches; requests are people's, and not counted among what is asked. */
const COLUMNS: readonly string[] = [...KINDS.map(([, words]) => words), '一共', '要它答复的诉求'];

function numbers({ asks, requests }: Asked): number[] {
  const of = (kind: AskKind) => asks.filter((ask) => ask.kind === kind).length;
  return [...KINDS.map(([kind]) => of(kind)), asks.length, requests];
}

function namesTwice({ asks, twice }: Asked): string {
  return asks
    .filter(({ id }) => twice.has(id))
    .map(({ title }) => title)
    .join('、');
}

interface AskTableProps {
  asks: readonly Ask[];
  twice: ReadonlySet<string>;
  now: number;
}

function AskTable({ asks, twice, now }: AskTableProps) {
  const columns: ColumnsType<Ask> = [
    { title: '时间', render: (_, { at_ms }) => moment(at_ms, now) },
    { title: '是什么', dataIndex: 'words' },
    {
      title: '名称',
      render: (_, { title, to }) =>
        to === null ? (
          <span className="published">{title}</span>
        ) : (
          <Link className="published" to={to}>
            {title}
          </Link>
        ),
    },
    { title: '向谁要', render: (_, { organization }) => `${organization.name}和它下面` },
    {
      title: '',
      render: (_, { id }) => (twice.has(id) ? <Tag tone="due">又要了一次</Tag> : null),
    },
  ];
  return (
    <Table<Ask>
      rowKey={({ kind, id }) => `${kind} ${id}`}
      size="middle"
      columns={columns}
      dataSource={[...asks]}
      pagination={asks.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      locale={{ emptyText: '这个月什么也没有要。' }}
    />
  );
}

function BranchTable({ rows, now }: { rows: readonly Asked[]; now: number }) {
  const columns: ColumnsType<Asked> = [
    { title: '支部', render: (_, { organization }) => organization.name },
    ...COLUMNS.map((title, at) => ({
      title,
      align: 'right' as const,
      render: (_: unknown, one: Asked) => numbers(one)[at],
    })),
    {
      title: '又要了一次的',
      render: (_, one) => (one.twice.size > 0 ? <Tag tone="due">{namesTwice(one)}</Tag> : '没有'),
    },
  ];
  return (
    <Table<Asked>
      rowKey={({ organization }) => organization.id}
      size="middle"
      columns={columns}
      dataSource={[...rows]}
      pagination={rows.length > 100 ? { pageSize: 50, showSizeChanger: false } : false}
      expandable={{
        rowExpandable: ({ asks }) => asks.length > 0,
        expandedRowRender: ({ asks, twice }) => <AskTable asks={asks} twice={twice} now={now} />,
      }}
      locale={{ emptyText: '这里没有支部。' }}
    />
  );
}
