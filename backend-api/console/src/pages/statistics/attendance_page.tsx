import './statistics.css';

import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useState } from 'react';

import { useOrganizations } from '../../api/places';
import { attendanceReport } from '../../api/roll_calls';
import type { Point } from '../../kit/chart/chart';
import { Bars, Spark } from '../../kit/chart/chart';
import { DownloadButton } from '../../kit/download_button';
import { Page } from '../../kit/page/page';
import { PrintButton, PrintSheet, SheetTable } from '../../kit/print/sheet';
import { Problem } from '../../kit/problem';
import { inRegister, registerOf, subtreeOf } from '../../kit/register';
import { keepTable } from '../../kit/table_file';
import { percent } from '../../words/states';
import { BranchFigures, tableOf } from '../roll_calls/branches';
import { formula } from '../roll_calls/rules';
import type { MonthFigures } from './attendance';
import { byMonth, totalOf } from './attendance';
import type { Choice } from './choice';
import { ChoiceFields, useChoice } from './choice';
import { Guard } from './guard';
import type { Month } from './months';
import { monthsUntil, monthWords, shortMonth, spanOf } from './months';
import { useAttendance } from './use_attendance';

/** Columns that only the file and the paper have room for. */
const IN_FILE: readonly string[] = ['其中迟到', '待核实'];

/** How many months the charts show. */
const MONTHS = 12;

/** Attendance in a month by branch, and how each branch's own months went. Nobody is ranked. */
export function AttendancePage() {
  const choice = useChoice();
  const { month, until_ms: until, organization } = choice;
  const months = monthsUntil(month, MONTHS);
  const from = spanOf(months[0] ?? '')?.from_ms ?? 0;
  const organizations = useOrganizations();
  const attendance = useAttendance(from, until);
  const within = subtreeOf(organizations.data ?? [], organization);
  return (
    <Page title="统计" tab="出勤">
      <Guard />
      <div className="page-acts">
        <ChoiceFields choice={choice} />
        <span className="spacer" />
        <PrintButton disabled={!attendance.data || attendance.data.tooMany} />
        <DownloadButton
          path={attendanceReport(month, organization, 'xlsx')}
          name={`出勤-${month}.xlsx`}
        >
          下载名单和数
        </DownloadButton>
        <DownloadButton
          path={attendanceReport(month, organization, 'csv')}
          name={`出勤-${month}.csv`}
        >
          CSV
        </DownloadButton>
      </div>
      <p className="page-note">下载的表按人列出，能看名册的人才有姓名；每下载一次都记入记录。</p>
      {attendance.error && <Problem error={attendance.error} retry={attendance.refetch} />}
      {!attendance.data && !attendance.error && <p role="status">正在读取</p>}
      {attendance.data?.tooMany === true && (
        <Alert
          type="info"
          showIcon
          message="这一年点名太多，页面上算不过来"
          description="请用上面的按钮下载这个月的表，服务器算好了。"
        />
      )}
      {attendance.data?.tooMany === false && (
        <Content
          choice={choice}
          months={months}
          figures={byMonth(attendance.data.rollCalls, within)}
          register={registerOf(organizations.data ?? [])}
        />
      )}
    </Page>
  );
}

interface ContentProps {
  choice: Choice;
  months: readonly Month[];
  figures: ReadonlyMap<Month, MonthFigures>;
  register: ReadonlyMap<string, number>;
}

/** The rate as a bar: in percent. */
function pointOf(month: Month, rate_bp: number | null | undefined): Point {
  return {
    label: shortMonth(month),
    value: rate_bp == null ? null : rate_bp / 100,
    words: rate_bp == null ? '没有点名' : percent(rate_bp),
  };
}

function Content({ choice, months, figures, register }: ContentProps) {
  const { month } = choice;
  const [ownMonths, setOwnMonths] = useState(false);
  const present = figures.get(month);
  const total = totalOf(present);
  const rows = inRegister([...(present?.branches.values() ?? [])], register);
  // Branches that were called in another of these months have a row, too.
  const known = new Map(
    [...figures.values()].flatMap(({ branches }) =>
      [...branches.values()].map(({ organization }) => [organization.id, organization] as const),
    ),
  );
  const all = inRegister(
    [...known.values()].map((organization) => ({ organization })),
    register,
  );
  const pointsOf = (id: string) =>
    months.map((one) => pointOf(one, figures.get(one)?.branches.get(id)?.counts.rate_bp));
  const monthTable = [
    ['支部', ...months.map(shortMonth)],
    ...all.map(({ organization: { id, name } }) => [
      name,
      ...pointsOf(id).map(({ value, words }) => (value === null ? '' : words)),
    ]),
  ];
  const words = monthWords(month);
  return (
    <>
      <p>
        {present
          ? `${words}点名 ${present.rollCalls} 次。${formula(total)}${total.rate_bp == null ? '' : `，即 ${percent(total.rate_bp)}`}，免点名的不算在内；一个人点到几次算几次。`
          : `${words}没有结束了的点名。`}
      </p>
      <div className="statistics-panes">
        <section aria-label="各支部">
          <div className="page-acts">
            <Button type="link" onClick={() => setOwnMonths(!ownMonths)}>
              {ownMonths ? '看这个月的数' : '看每个月的表'}
            </Button>
            <span className="spacer" />
            <Button
              icon={<DownloadOutlined aria-hidden />}
              onClick={() =>
                keepTable(
                  `出勤-各支部-${month}${ownMonths ? '-各月' : ''}.csv`,
                  ownMonths ? monthTable : tableOf(rows, total),
                )
              }
            >
              下载各支部的数
            </Button>
          </div>
          <div className="card statistics-table">
            {ownMonths ? (
              <MonthsTable rows={monthTable} />
            ) : (
              <BranchFigures
                branches={rows}
                between={[
                  {
                    title: '自己的 12 个月',
                    render: (_, { organization }) => (
                      <Spark points={pointsOf(organization.id)} top={100} />
                    ),
                  },
                ]}
                without={IN_FILE}
                empty="这个月没有。"
              />
            )}
          </div>
        </section>
        <Bars
          title="会议出席率"
          note="百分之几。免点名的不算在内；没有点名的月份空着。"
          points={months.map((one) => pointOf(one, totalOf(figures.get(one)).rate_bp))}
          head={['月份', '出席率']}
          file={`出席率-到${month}.csv`}
          top={100}
        />
      </div>
      <PrintSheet
        title={`${words}出勤`}
        note={`${formula(total)}。按名册次序，不排名。`}
        signed={['制表人', '负责人']}
      >
        <SheetTable
          head={(tableOf([], total)[0] ?? []).map(String)}
          rows={tableOf(rows, total).slice(1)}
          figuresFrom={1}
        />
      </PrintSheet>
    </>
  );
}

/** The small charts as a table: each branch's own months. */
function MonthsTable({ rows: [head = [], ...rows] }: { rows: readonly (readonly string[])[] }) {
  return (
    <div className="statistics-months">
      <table>
        <thead>
          <tr>
            {head.map((title, at) => (
              <th key={at} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], at) => (
            <tr key={at}>
              <th scope="row">{name}</th>
              {cells.map((cell, month) => (
                <td key={month}>{cell || '—'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
