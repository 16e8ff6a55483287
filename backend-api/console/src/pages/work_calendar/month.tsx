import type { Changed, Day } from './year';
import { STANDING, standingOf, weeksOf } from './year';

interface Props {
  year: number;
  month: number;
  changed: Changed;
  onClick: (day: Day) => void;
}

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];

/** A month, whose days are pressed. */
export function Month({ year, month, changed, onClick }: Props) {
  return (
    <table className="card work-month">
      <caption>{month} 月</caption>
      <thead>
        <tr>
          {WEEKDAYS.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(year, month).map((week) => (
          <tr key={week.find((day) => day !== null)?.date}>
            {week.map((day, index) => (
              <td key={day?.date ?? index}>
                {day !== null && <DayButton day={day} changed={changed} onClick={onClick} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What it says in one sign, beside its colour. */
const MARK = { work: '', rest: '', holiday: '休', extra: '班' } as const;

function DayButton({ day, changed, onClick }: { day: Day } & Pick<Props, 'changed' | 'onClick'>) {
  const standing = standingOf(day, changed);
  const note = changed.get(day.date)?.note ?? '';
  // First what is seen, so that it can be said to whoever works the page by voice.
  const seen = `${day.day}${MARK[standing]}`;
  const words = [seen, day.date, STANDING[standing], note].filter((one) => one !== '').join('，');
  return (
    <button
      type="button"
      className={`work-day ${standing}`}
      aria-label={words}
      aria-pressed={standing === 'holiday' || standing === 'extra'}
      title={note === '' ? STANDING[standing] : note}
      onClick={() => onClick(day)}
    >
      {day.day}
      {MARK[standing] !== '' && <small>{MARK[standing]}</small>}
    </button>
  );
}
