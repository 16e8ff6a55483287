import './statistics.css';

import { Select, Table, TreeSelect } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { treeOf, useOrganizations } from '../../api/places';
import { monthlyReport, useRequestStatistics } from '../../api/requests';
import { useMe } from '../../api/session';
import type { RequestFigures, RequestStatistics } from '../../api/types';
import { useAddress } from '../../kit/address/use_address';
import { DownloadButton } from '../../kit/download_button';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { response, satisfaction, share } from './figures';
import { lastMonths, monthAt, monthWords, spanOf } from './months';

const FILTERS = { month: 'text', organization: 'text' } as const;

/** How many months back can be chosen. */
const MONTHS = 24;

/** One-key service in a month: by category and by place, in the order of the register. Nobody is ranked. */
export function StatisticsPage() {
  const now = useNow(3_600_000);
  const me = useMe().data;
  const organizations = useOrganizations().data ?? [];
  const { filters, set } = useAddress(FILTERS);
  const month = spanOf(filters.month) === null ? monthAt(now) : filters.month;
  const organization = filters.organization || (me?.organization_code ?? '');
  const { from_ms: from, until_ms: until } = spanOf(month) ?? { from_ms: 0, until_ms: 0 };
  const statistics = useRequestStatistics({ from, until, organization });
  const known = statistics.data;
  return (
    <Page title="统计" note="一键服务和建议。按名册的次序，不排名。">
      <div className="page-acts">
        <Select
          className="statistics-month"
          aria-label="月份"
          value={month}
          options={lastMonths(now, MONTHS).map((value) => ({ value, label: monthWords(value) }))}
          onChange={(value: string) => set({ month: value })}
        />
        <TreeSelect
          className="statistics-place"
          aria-label="单位"
          showSearch
          treeNodeFilterProp="title"
          treeData={treeOf(organizations)}
          value={organization}
          onChange={(value: string) => set({ organization: value })}
        />
        <span className="spacer" />
        <DownloadButton
          path={monthlyReport(month, organization, 'xlsx')}
          name={`一键服务-${month}.xlsx`}
        >
          下载这个月的表
        </DownloadButton>
        <DownloadButton
          path={monthlyReport(month, organization, 'csv')}
          name={`一键服务-${month}.csv`}
        >
          CSV
        </DownloadButton>
      </div>
      {statistics.error && <Problem error={statistics.error} retry={statistics.refetch} />}
      {!known && !statistics.error && <p role="status">正在读取</p>}
      {known && <Figures statistics={known} />}
    </Page>
  );
}

interface Line {
  key: string;
  name: string;
  figures: RequestFigures;
}

function columns(first: string): ColumnsType<Line> {
  const figure = (title: string, words: (figures: RequestFigures) => React.ReactNode) => ({
    title,
    align: 'right' as const,
    render: (_: unknown, { figures }: Line) => words(figures),
  });
  return [
    { title: first, dataIndex: 'name' },
    figure('收到', ({ received }) => received),
    figure('答复了', ({ responded }) => responded),
    figure('按时答复', ({ in_time, received }) => `${in_time}（${share(in_time, received)}）`),
    figure('多久答复', response),
    figure('超时', ({ escalated }) => escalated),
    figure('没解决', ({ reopened }) => reopened),
    figure('已解决', ({ solved }) => solved),
    figure('部分解决', ({ partly }) => partly),
    figure('没有回音', ({ silent }) => silent),
    figure('不能办', ({ declined }) => declined),
    figure('满意', satisfaction),
  ];
}

function Figures({
  statistics: { total, categories, places, organization },
}: {
  statistics: RequestStatistics;
}) {
  const tables = [
    {
      title: '合计',
      first: '单位',
      lines: [{ key: 'total', name: organization.name, figures: total }],
    },
    {
      title: '按类别',
      first: '类别',
      lines: categories.map(({ category_id, title, figures }) => ({
        key: category_id,
        name: title,
        figures,
      })),
    },
    {
      title: '按地方',
      first: '地方',
      lines: places.map(({ organization: { id, name }, figures }) => ({ key: id, name, figures })),
    },
  ];
  return (
    <>
      {tables.map(({ title, first, lines }) => (
        <section key={title} aria-label={title}>
          <h2 className="section-title">{title}</h2>
          <div className="card statistics-table">
            <Table<Line>
              size="middle"
              columns={columns(first)}
              dataSource={lines}
              pagination={false}
              scroll={{ x: 'max-content' }}
              locale={{ emptyText: '这个月没有。' }}
            />
          </div>
        </section>
      ))}
      <p className="page-note">
        只有本人说办好了才算解决，没有回音不算满意。“多久答复”是中间的那一个：一半比它快，一半比它慢。
      </p>
    </>
  );
}
