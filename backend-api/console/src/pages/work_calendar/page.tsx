import './work_calendar.css';

import { Alert, Button, Spin } from 'antd';
import { useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import type { Versioned } from '../../api/township';
import { calendarNow, useSaveCalendar, useWorkCalendar } from '../../api/township';
import type { WorkCalendar } from '../../api/types';
import { useInAddress } from '../../kit/address/use_address';
import { onCalendar } from '../../kit/china_calendar';
import { useConfirm } from '../../kit/confirm/confirm';
import { InSight } from '../../kit/in_sight';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { Hours } from './hours';
import { Month } from './month';
import { Runs } from './runs';
import type { Edited } from './year';
import { calendarOf, clicked, editedOf, hoursTroubles } from './year';

const GIVE_UP = {
  title: '还没有保存，要放弃吗？',
  content: '放弃以后，刚才改的日子就没有了。',
  okText: '放弃',
  cancelText: '接着改',
} as const;

/** Years that can be chosen: last year for what is still counted by it, and next year for when it is told. */
const AROUND = [-1, 0, 1];

/** 工作日历: which days are worked, by which deadlines count that run in working hours. */
export function WorkCalendarPage() {
  const now = onCalendar(Date.now()).year();
  const [asked, setAsked] = useInAddress('year');
  const year = AROUND.map((add) => now + add).find((one) => String(one) === asked) ?? now;
  const calendar = useWorkCalendar(year);
  return (
    <Page title="工作日历" note="按工作时间算的答复期限照它算">
      {calendar.isPending && (
        <div className="center" role="status" aria-label="正在读取">
          <Spin size="large" />
        </div>
      )}
      {calendar.isError && <Problem error={calendar.error} retry={calendar.refetch} />}
      {calendar.data && (
        <Year
          key={year}
          year={year}
          first={calendar.data}
          years={AROUND.map((add) => now + add)}
          onYear={(chosen) => setAsked(String(chosen))}
        />
      )}
    </Page>
  );
}

interface YearProps {
  year: number;
  /** As it was read. */
  first: Versioned<WorkCalendar>;
  /** Those that can be chosen. */
  years: readonly number[];
  onYear: (year: number) => void;
}

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

function Year({ year, first, years, onYear }: YearProps) {
  const [base, setBase] = useState(first);
  const [edited, setEdited] = useState<Edited>(() => editedOf(first.value));
  const [theirs, setTheirs] = useState<Versioned<WorkCalendar> | null>(null);
  const [said, setSaid] = useState<'saved' | null>(null);
  const save = useSaveCalendar(year);
  const text = (one: Edited) => JSON.stringify(calendarOf(one));
  const dirty = text(edited) !== text(editedOf(base.value));
  useLeaveGuard(dirty, GIVE_UP);
  const confirm = useConfirm();
  const choose = async (other: number) => {
    if (dirty && (await confirm(GIVE_UP)) === null) return;
    onYear(other);
  };
  const wrongHours = hoursTroubles(edited.hours).some((one) => one !== null);

  const change = (more: Partial<Edited>) => {
    setEdited({ ...edited, ...more });
    setSaid(null);
  };
  const take = (now: Versioned<WorkCalendar>) => {
    setBase(now);
    setEdited(editedOf(now.value));
    setTheirs(null);
    save.reset();
  };
  const write = async (version: number) => {
    setTheirs(null);
    try {
      take(await save.mutateAsync({ value: calendarOf(edited), version }));
      setSaid('saved');
    } catch (error) {
      if (error instanceof Refusal && error.status === 412) {
        // Without an answer the refusal itself is said.
        await calendarNow(year).then(setTheirs, () => undefined);
      }
    }
  };
  const trouble = save.error instanceof Refusal ? save.error : null;
  return (
    <div className="work-year">
      <div className="work-year-head">
        <Select<number>
          aria-label="年份"
          value={year}
          options={years.map((value) => ({ value, label: `${value} 年` }))}
          onChange={(other) => void choose(other)}
        />
        {base.version === 0 && !dirty && <Tag tone="due">{year} 年还没有录入，按周一到周五算</Tag>}
        <span className="spacer" />
        <ul className="work-legend" aria-label="怎么看">
          <li className="holiday">放假</li>
          <li className="extra">调休上班</li>
          <li className="rest">周末</li>
        </ul>
      </div>
      <p className="work-how">
        点一个上班的日子，变成放假；点一个周末，变成调休上班；再点一次变回去。照国务院办公厅的放假通知录，一年一次。
      </p>
      <div className="work-body">
        <div className="work-months">
          {MONTHS.map((month) => (
            <Month
              key={month}
              year={year}
              month={month}
              changed={edited.changed}
              onClick={(day) => change({ changed: clicked(day, edited.changed) })}
            />
          ))}
        </div>
        <aside className="work-side">
          <Runs changed={edited.changed} onChange={(changed) => change({ changed })} />
          <Hours hours={edited.hours} onChange={(hours) => change({ hours })} />
        </aside>
      </div>
      {theirs !== null && (
        <InSight>
          <Alert
            type="warning"
            showIcon
            message="您打开以后，别人改过并且保存了"
            action={
              <span className="work-acts">
                <Button onClick={() => take(theirs)}>用别人改的</Button>
                <Button onClick={() => void write(theirs.version)}>用我改的，换掉别人的</Button>
              </span>
            }
          />
        </InSight>
      )}
      {theirs === null && save.isError && (
        <InSight>
          <Alert
            type="error"
            showIcon
            message={trouble?.fields.map(({ message }) => message).join('') || sentence(save.error)}
          />
        </InSight>
      )}
      <footer className="page-foot">
        <span role="status">
          {dirty
            ? '还没有保存。已经在算的期限不变，新的照这个算。'
            : said === 'saved'
              ? '已保存。'
              : '没有改动。'}
        </span>
        <span className="spacer" />
        <Button disabled={!dirty} onClick={() => take(base)}>
          不保存
        </Button>
        <Button
          type="primary"
          disabled={!dirty || wrongHours}
          loading={save.isPending}
          onClick={() => void write(base.version)}
        >
          保存
        </Button>
      </footer>
    </div>
  );
}
