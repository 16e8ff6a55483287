import { ClockCircleFilled, ClockCircleOutlined } from '@ant-design/icons';

import { useCategories } from '../../api/categories';
import type { useRequests } from '../../api/requests';
import type { RequestLine } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import type { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { FilterChoice, PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { SearchBox } from '../../kit/collection/search_box';
import { useNow } from '../../kit/use_now';
import { risen, standing } from '../../words/requests';
import type { ClockGroup } from './clock';
import { byClock, left, urgency, when } from './clock';
import type { PageKind } from './filters';
import { emptyWords, FILTERS, groupChoices } from './filters';

interface Props {
  kind: PageKind;
  address: ReturnType<typeof useAddress<typeof FILTERS>>;
  requests: ReturnType<typeof useRequests>;
  /** Id of the one that is open beside. */
  opened: string | null;
  onOpen: (id: string) => void;
}

/** The work, the one that is due first first, in groups by the clock. */
export function WorkList({ kind, address, requests, opened, onOpen }: Props) {
  const now = useNow(30_000);
  const categories = useCategories().data ?? [];
  const { filters, set, clear, page, forward, backward } = address;
  const rows = requests.data?.items ?? [];
  const next = requests.data?.next_cursor;
  const ended = filters.group === 'ended';
  const groups: ClockGroup[] = ended
    ? [{ key: 'none', title: '', lines: [...rows] }]
    : byClock(rows, now);
  return (
    <Collection
      bare
      query={requests}
      rows={rows}
      rowKey={({ id }) => id}
      filters={
        <>
          <PartChoice
            label="哪些"
            value={filters.group}
            choices={groupChoices(requests.data?.counts)}
            onChange={(group) => set({ group })}
          />
          <span className="spacer" />
          <FilterChoice
            label="类别"
            value={filters.category}
            choices={[
              { value: '', label: '全部' },
              ...categories
                .filter(({ draft }) => (draft.kind ?? 'service') === kind)
                .map(({ id, draft }) => ({ value: id, label: draft.title })),
            ]}
            onChange={(category) => set({ category })}
          />
          <SearchBox
            label="按编号或内容查找"
            value={filters.q}
            onChange={(q) => set({ q }, true)}
          />
        </>
      }
      empty={emptyWords(kind, filters.group)}
      onClear={isFiltered(filters, FILTERS, ['category', 'q']) ? clear : undefined}
      pager={byCursor({ page, shown: rows.length, next, forward, backward })}
    >
      {() =>
        groups.map(({ key, title, lines }) => (
          <section key={key} aria-label={title === '' ? '办结的' : title}>
            {title !== '' && (
              <h2 className={`request-group request-${key}`}>
                {key === 'overdue' && <ClockCircleFilled aria-hidden />}
                {key === 'soon' && <ClockCircleOutlined aria-hidden />}
                {title} {lines.length} 件{key === 'overdue' && <small>先办这些</small>}
              </h2>
            )}
            <ul className="request-list">
              {lines.map((line) => (
                <Row
                  key={line.id}
                  line={line}
                  now={now}
                  isOpen={line.id === opened}
                  onOpen={() => onOpen(line.id)}
                />
              ))}
            </ul>
          </section>
        ))
      }
    </Collection>
  );
}

interface RowProps {
  line: RequestLine;
  now: number;
  isOpen: boolean;
  onOpen: () => void;
}

function Row({ line, now, isOpen, onOpen }: RowProps) {
  const who = [line.household, line.asker].filter((part) => part).join(' ');
  const up = risen(line);
  return (
    <li
      className={`request-row request-${urgency(line.due_at_ms, now)}${isOpen ? ' request-open' : ''}`}
    >
      <div className="request-clock">
        {line.due_at_ms != null && <b>{left(line.due_at_ms, now)}</b>}
        <span>{when(line, now)}</span>
      </div>
      <div className="request-what">
        <button
          type="button"
          className="request-title"
          aria-current={isOpen ? 'true' : undefined}
          onClick={onOpen}
        >
          {/* Of what was told in confidence nothing stands in a list. */}
          {line.summary || '打开才看得到内容'}
        </button>
        <p>{[line.category, who].filter((part) => part !== '').join(' · ')}</p>
      </div>
      <div className="request-office">
        <span>{line.office.name}</span>
        <small>{up ?? standing(line)}</small>
      </div>
    </li>
  );
}
