import './roll_calls.css';

import { PlusOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';

import { useRollCalls } from '../../api/roll_calls';
import type { RollCall, RollCallState } from '../../api/types';
import { isFiltered } from '../../kit/address/address';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { PartChoice } from '../../kit/collection/filter_choice';
import { byCursor } from '../../kit/collection/pages';
import { useOpenMade } from '../../kit/form_dialog/use_open_made';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { OCCASION, ROLL_CALL_STATE, ROLL_CALL_TONE } from '../../words/roll_calls';
import { percent } from '../../words/states';
import { RollCallForm } from './form';
import { counted, windowWords } from './rules';

const FILTERS = { state: ['', 'open', 'scheduled', 'closed', 'cancelled'] } as const;

type Shown = (typeof FILTERS)['state'][number];

const CHOICES = FILTERS.state.map((value: Shown) => ({
  value,
  label: value === '' ? '全部' : ROLL_CALL_STATE[value],
}));

const placeOf = (id: string) => `/roll-calls/${encodeURIComponent(id)}`;

function columns(now: number): ColumnsType<RollCall> {
  return [
    {
      title: '名称',
      render: (_, { id, title }) => (
        <Link className="published" to={placeOf(id)}>
          {title}
        </Link>
      ),
    },
    {
      title: '状态',
      dataIndex: 'state',
      render: (state: RollCallState) => (
        <Tag tone={ROLL_CALL_TONE[state]}>{ROLL_CALL_STATE[state]}</Tag>
      ),
    },
    { title: '点谁', dataIndex: ['organization', 'name'] },
    { title: '为什么', render: (_, { occasion }) => OCCASION[occasion] },
    { title: '时间', render: (_, one) => windowWords(one, now) },
    {
      title: '已签到 / 应到',
      align: 'right',
      render: (_, { state, counts }) =>
        state === 'scheduled' ? '—' : `${counts.present} / ${counted(counts)}`,
    },
    {
      title: '出席率',
      align: 'right',
      render: (_, { counts }) => (counts.rate_bp == null ? '—' : percent(counts.rate_bp)),
    },
  ];
}

/** Roll calls, the newest first: how they stand, and a new one. */
export function RollCallsPage() {
  const may = useMay()('roll_call');
  const now = useNow(30_000);
  const go = useNavigate();
  const { filters, set, clear, cursor, page, forward, backward } = useAddress(FILTERS);
  const [making, setMaking] = useState(false);
  const onMade = useOpenMade(!making, placeOf);
  const wanted = filters.state === '' ? undefined : filters.state;
  const rollCalls = useRollCalls(wanted, cursor);
  const rows = rollCalls.data?.items ?? [];
  return (
    <Page title="点名" note="谁到了、谁没到、为什么。名单开始时定下，不再变。">
      <Collection
        query={rollCalls}
        rows={rows}
        rowKey={({ id }) => id}
        filters={
          <>
            <PartChoice
              label="状态"
              value={filters.state}
              choices={CHOICES}
              onChange={(state) => set({ state })}
            />
            <span className="spacer" />
            {may && (
              <Button
                type="primary"
                icon={<PlusOutlined aria-hidden />}
                onClick={() => setMaking(true)}
              >
                新点名
              </Button>
            )}
          </>
        }
        empty={
          may
            ? '还没有点过名。点“新点名”，电视上就会叫到人。'
            : '还没有点过名。有了以后会出现在这里。'
        }
        onClear={isFiltered(filters, FILTERS, ['state']) ? clear : undefined}
        pager={byCursor({
          page,
          shown: rows.length,
          next: rollCalls.data?.next,
          forward,
          backward,
        })}
      >
        {(shown) => (
          <Table<RollCall>
            rowKey="id"
            size="middle"
            columns={columns(now)}
            dataSource={[...shown]}
            pagination={false}
            rowClassName="roll-calls-row"
            onRow={({ id }) => ({
              // A click on its name goes there by itself.
              onClick: (event) => {
                if (!event.defaultPrevented) go(placeOf(id));
              },
            })}
          />
        )}
      </Collection>
      {making && <RollCallForm onMade={onMade} onClose={() => setMaking(false)} />}
    </Page>
  );
}
