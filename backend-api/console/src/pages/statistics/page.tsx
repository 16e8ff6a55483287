import './statistics.css';

import { Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';

import { monthlyReport, useMonthlyFigures, useRequestStatistics } from '../../api/requests';
import type { RequestFigures, RequestStatistics } from '../../api/types';
import { Bars } from '../../kit/chart/chart';
import { DownloadButton } from '../../kit/download_button';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { HOUR } from '../../words/time';
import { ChoiceFields, useChoice } from './choice';
import { response, satisfaction, share } from './figures';
import { Guard } from './guard';
import { monthsUntil, shortMonth, spanOf } from './months';

/** How many months a chart shows. */
const MONTHS = 12;

/** One-key service in a month: by category and by place, in the order of the register. Nobody is ranked. */
export function StatisticsPage() {
  const choice = useChoice();
  const { month, from_ms: from, until_ms: until, organization } = choice;
  const statistics = useRequestStatistics({ from, until, organization });
  const known = statistics.data;
  return (
    <Page title="统计" tab="一键服务">
      <Guard />
      <div className="page-acts">
        <ChoiceFields choice={choice} />
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
      <ByMonth month={month} organization={organization} />
      {statistics.error && <Problem error={statistics.error} retry={statistics.refetch} />}
      {!known && !statistics.error && <p role="status">正在读取</p>}
      {known && <Figures statistics={known} />}
    </Page>
  );
}

/** How long the first response took and how much came, month by month: of one place, never of two beside. */
function ByMonth({ month, organization }: { month: string; organization: string }) {
  const months = monthsUntil(month, MONTHS);
  const spans = months.map((one) => spanOf(one) ?? { from_ms: 0, until_ms: 0 });
  const figures = useMonthlyFigures(spans, organization);
  if (figures.error) return <Problem error={figures.error} retry={figures.refetch} />;
  const known = figures.data;
  if (!known) return null;
  const of = (
    words: (one: RequestFigures) => string,
    value: (one: RequestFigures) => number | null,
  ) =>
    months.flatMap((one, at) => {
      const found = known[at];
      return found ? [{ label: shortMonth(one), value: value(found), words: words(found) }] : [];
    });
  const hours = ({ response_median_ms: ms }: RequestFigures) => (ms == null ? null : ms / HOUR);
  return (
    <div className="statistics-charts">
      <Bars
        title="一键服务多久有答复"
        note="小时。中间的那一件：一半比它快，一半比它慢。"
        points={of(response, hours)}
        head={['月份', '多久答复']}
        file={`多久答复-到${month}.csv`}
      />
      <Bars
        title="收到多少件"
        note="一键服务和意见建议。"
        points={of(
          ({ received }) => `${received} 件`,
          ({ received }) => received,
        )}
        head={['月份', '收到']}
        file={`收到多少件-到${month}.csv`}
      />
    </div>
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
