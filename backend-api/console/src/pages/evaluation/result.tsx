import { LockFilled } from '@ant-design/icons';
import { Alert, Table } from 'antd';
import { useState } from 'react';

import { ballotTable } from '../../api/evaluations';
import type { EvaluationResult, StaffEvaluation } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import { DownloadButton } from '../../kit/download_button';
import { PrintButton, PrintSheet, SheetTable } from '../../kit/print/sheet';
import { Tag } from '../../kit/tag/tag';
import type { Bar, Shown } from './bars';
import { percent, shown, turnoutOf } from './bars';

interface Props {
  one: StaffEvaluation;
  result: EvaluationResult;
}

/** How it came out: turnout, then question by question in the form's order. */
export function Result({ one: { evaluation }, result }: Props) {
  const [as, setAs] = useState<'bars' | 'table'>('bars');
  const turnout = turnoutOf(result, evaluation.evaluation_kind === 'motion');
  const questions = shown(evaluation.form.questions, result.questions);
  return (
    <section className="card evaluation-part" aria-labelledby="part-result">
      <div className="evaluation-part-head">
        <h2 id="part-result">结果</h2>
        <span className="spacer" />
        <PartChoice
          label="怎么看"
          value={as}
          choices={[
            { value: 'bars', label: '图' },
            { value: 'table', label: '表' },
          ]}
          onChange={setAs}
        />
        <PrintButton />
        {(result.ballots_hash ?? '') !== '' && (
          <DownloadButton path={ballotTable(evaluation.id)} name={`${evaluation.title}-票.csv`}>
            下载全部票
          </DownloadButton>
        )}
      </div>
      <div className="evaluation-turnout">
        <b>{result.took_part}</b> 人答了
        <div>
          <span>{turnout.words}</span>
          <Track share={turnout.share} />
          {turnout.half && <small>{turnout.half}</small>}
        </div>
        {result.passed != null && (
          <Tag tone={result.passed ? 'done' : 'off'}>{result.passed ? '通过' : '没有通过'}</Tag>
        )}
      </div>
      {result.rule && <p className="evaluation-rule">{result.rule}</p>}
      {questions.map((question) =>
        as === 'bars' ? (
          <QuestionBars key={question.id} question={question} />
        ) : (
          <QuestionTable key={question.id} question={question} />
        ),
      )}
      <Alert
        className="evaluation-note"
        type="info"
        showIcon
        icon={<LockFilled aria-hidden />}
        message="为什么有的合着、有的不显示"
        description="不满 5 票的格子不单独显示，免得猜出是谁。能从合计里倒推出来的，和旁边的格子合起来，或者一起不显示。各行按名册的次序，不排名。"
      />
      <PrintSheet
        title={`${evaluation.title} 结果`}
        note={`${evaluation.organization.name}。${turnout.words}。${result.rule ?? ''}`}
        signed={['监票人', '负责人']}
      >
        {questions.map(({ id, title, answered, rows }) => (
          <div key={id}>
            <h2>
              {title} {answered}
            </h2>
            <SheetTable
              head={rows.length > 1 ? ['谁', '选项', '多少'] : ['选项', '多少']}
              rows={rows.flatMap(({ label, bars }) =>
                bars.map((bar) =>
                  rows.length > 1 ? [label, bar.label, bar.words] : [bar.label, bar.words],
                ),
              )}
            />
          </div>
        ))}
        <p>不满 5 票的格子不单独显示，按题目和名册的次序，不排名。</p>
        {(result.ballots_hash ?? '') !== '' && (
          <p>全部票的指纹（SHA-256）：{result.ballots_hash}</p>
        )}
      </PrintSheet>
      {(result.ballots_hash ?? '') !== '' && (
        <p className="evaluation-hash">
          全部票的指纹（SHA-256）：<code>{result.ballots_hash}</code>
        </p>
      )}
    </section>
  );
}

function Track({ share }: { share: number }) {
  return (
    <span className="evaluation-track" aria-hidden>
      <i style={{ width: `${Math.min(1, share) * 100}%` }} />
    </span>
  );
}

function QuestionBars({ question: { title, answered, rows } }: { question: Shown }) {
  return (
    <div className="evaluation-question">
      <h3>
        {title} <small>{answered}</small>
      </h3>
      {rows.map(({ label, bars }, row) => (
        <div key={row}>
          {label && <h4>{label}</h4>}
          <ul>
            {bars.map((bar) => (
              <BarLine key={bar.label} bar={bar} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function BarLine({ bar: { label, words, share, isJoined } }: { bar: Bar }) {
  return (
    <li className={isJoined || share === null ? 'evaluation-joined' : undefined}>
      <span>{label}</span>
      {share === null ? (
        <span className="evaluation-hidden" aria-hidden />
      ) : (
        <Track share={share} />
      )}
      <span className="evaluation-figure">
        {words}
        {share !== null && ` · ${percent(share)}`}
      </span>
    </li>
  );
}

function QuestionTable({ question: { title, answered, rows } }: { question: Shown }) {
  const lines = rows.flatMap(({ label, bars }, row) =>
    bars.map((bar, at) => ({ key: `${row}-${at}`, place: label, ...bar })),
  );
  return (
    <div className="evaluation-question">
      <h3>
        {title} <small>{answered}</small>
      </h3>
      <Table
        size="middle"
        pagination={false}
        rowKey="key"
        dataSource={lines}
        columns={[
          ...(rows.length > 1 ? [{ title: '谁', dataIndex: 'place' }] : []),
          { title: '选项', dataIndex: 'label' },
          { title: '多少', dataIndex: 'words', align: 'right' as const },
          {
            title: '占答了的',
            align: 'right' as const,
            render: (_, { share }: (typeof lines)[number]) =>
              share === null ? '—' : percent(share),
          },
        ]}
      />
    </div>
  );
}
