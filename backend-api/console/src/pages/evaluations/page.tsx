import '../evaluation/evaluation.css';

import { PlusOutlined } from '@ant-design/icons';
import { Button, Table } from 'antd';
import type { ColumnsType } from 'antd/es/table';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useEvaluations } from '../../api/evaluations';
import type { StaffEvaluation } from '../../api/types';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { byCursor } from '../../kit/collection/pages';
import { useLeads } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import {
  EVALUATION_KIND,
  EVALUATION_STATE,
  EVALUATION_TONE,
  turnout,
} from '../../words/evaluations';
import { moment } from '../../words/time';
import { EvaluationForm } from './form';
import { placeOf, useOpenMade } from './made';

function columns(now: number): ColumnsType<StaffEvaluation> {
  return [
    {
      title: '名称',
      render: (_, { evaluation }) => (
        <Link className="published" to={placeOf(evaluation.id)}>
          {evaluation.title}
        </Link>
      ),
    },
    { title: '是什么', render: (_, { evaluation }) => EVALUATION_KIND[evaluation.evaluation_kind] },
    {
      title: '状态',
      render: (_, { evaluation, objections }) => (
        <span className="evaluation-state">
          <Tag tone={EVALUATION_TONE[evaluation.state]}>{EVALUATION_STATE[evaluation.state]}</Tag>
          {objections.length > 0 && <Tag tone="due">{objections.length} 个异议没答复</Tag>}
        </span>
      ),
    },
    {
      title: '开始和截止',
      render: (_, { evaluation }) =>
        `${moment(evaluation.opens_at_ms, now)} – ${moment(evaluation.closes_at_ms, now)}`,
    },
    { title: '参加', align: 'right', render: (_, one) => turnout(one) },
  ];
}

/** Evaluations and questionnaires: how they stand, and how many took part. Nothing of any answer. */
export function EvaluationsPage() {
  const may = useLeads()();
  const now = useNow(60_000);
  const { cursor, page, forward, backward } = useAddress({});
  const [making, setMaking] = useState(false);
  const onMade = useOpenMade(!making);
  const evaluations = useEvaluations(cursor);
  const rows = evaluations.data?.items ?? [];
  const next = evaluations.data?.next;
  return (
    <Page title="服务与评议" tab="评议与问卷">
      <Collection
        query={evaluations}
        rows={rows}
        rowKey={({ evaluation }) => evaluation.id}
        filters={
          may && (
            <>
              <span className="spacer" />
              <Button
                type="primary"
                icon={<PlusOutlined aria-hidden />}
                onClick={() => setMaking(true)}
              >
                新评议
              </Button>
            </>
          )
        }
        empty={
          may
            ? '还没有评议和问卷。点“新评议”，写第一个。'
            : '还没有评议和问卷。有了以后会出现在这里。'
        }
        pager={byCursor({ page, shown: rows.length, next, forward, backward })}
      >
        {(shown) => (
          <Table<StaffEvaluation>
            rowKey={({ evaluation }) => evaluation.id}
            size="middle"
            columns={columns(now)}
            dataSource={[...shown]}
            pagination={false}
          />
        )}
      </Collection>
      {making && <EvaluationForm onSaved={onMade} onClose={() => setMaking(false)} />}
    </Page>
  );
}
