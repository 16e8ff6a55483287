import './evaluation.css';

import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router-dom';

import {
  useAnnounce,
  useCancelEvaluation,
  useCloseEvaluation,
  useEvaluation,
  useFollowUp,
  useOpen,
  usePublishedBulletins,
} from '../../api/evaluations';
import type { StaffEvaluation } from '../../api/types';
import { optionsOf } from '../../forms/form';
import { useConfirm } from '../../kit/confirm/confirm';
import { Facts } from '../../kit/drawer/drawer';
import { useLeads, useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import {
  entitledWords,
  EVALUATION_KIND,
  EVALUATION_STATE,
  EVALUATION_TONE,
  questionKind,
  turnout,
} from '../../words/evaluations';
import { moment } from '../../words/time';
import { EvaluationForm } from '../evaluations/form';
import { useOpenMade } from '../evaluations/made';
import { Objections } from './objections';
import { Paper } from './paper';
import { Result } from './result';

const UP = { to: '/services/evaluations', title: '评议与问卷' };

/** An evaluation: its questions, who may take part, its ballots on paper, and after the close its result. */
export function EvaluationPage() {
  const { id = '' } = useParams();
  const { data: one, error, refetch } = useEvaluation(id);
  if (!one) {
    return (
      <Page title="评议" up={UP}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Page>
    );
  }
  return (
    <Page title={titleOf(one)} tab={one.evaluation.title} up={UP}>
      {error && <Problem error={error} retry={refetch} />}
      <Shown key={id} one={one} />
    </Page>
  );
}

const titleOf = ({ evaluation: { evaluation_kind, state } }: StaffEvaluation) =>
  `${EVALUATION_KIND[evaluation_kind]}${state === 'closed' ? '结果' : ''}`;

function Shown({ one }: { one: StaffEvaluation }) {
  // A branch enters paper and answers its own members in an evaluation of the town, too.
  const mayBelow = useMay()('evaluate');
  const mayLead = useLeads()(one.evaluation.organization.id);
  const { evaluation } = one;
  const result = evaluation.state === 'closed' ? evaluation.result : null;
  return (
    <div className="evaluation">
      <div className="evaluation-main">
        <About one={one} may={mayLead} />
        {one.waits_for_paper === true && (
          <Alert
            type="warning"
            showIcon
            message="时间已经到了，但是用纸投票的人数和纸质票的张数不一样"
            description="请先把没录完的票录完，或者点“现在截止…”，说明差的那些人没有交票。"
          />
        )}
        {result && <Result one={one} result={result} />}
        <Questions one={one} />
      </div>
      <aside className="evaluation-side">
        <Objections one={one} />
        {evaluation.state === 'open' && <Paper one={one} may={mayBelow} mayLead={mayLead} />}
        {evaluation.state === 'closed' && <FollowUp one={one} may={mayLead} />}
      </aside>
    </div>
  );
}

function About({ one, may }: { one: StaffEvaluation; may: boolean }) {
  const now = useNow(60_000);
  const { evaluation } = one;
  const secret = '不记名：谁答过、答了什么分开存，谁也对不上；截止以前不计票';
  return (
    <section className="card evaluation-part" aria-label="基本情况">
      <div className="evaluation-part-head">
        <h2 className="published">{evaluation.title}</h2>
        <Tag tone={EVALUATION_TONE[evaluation.state]}>{EVALUATION_STATE[evaluation.state]}</Tag>
        <span className="spacer" />
        <Acts one={one} may={may} />
      </div>
      <Facts
        facts={[
          ['是什么', EVALUATION_KIND[evaluation.evaluation_kind]],
          ['谁来组织', evaluation.organization.name],
          ['评议谁', evaluation.target ?? ''],
          ['谁来答', entitledWords(one.statuses)],
          [
            '时间',
            `${moment(evaluation.opens_at_ms, now)} – ${moment(evaluation.closes_at_ms, now)}`,
          ],
          ['参加', evaluation.state === 'draft' ? '' : turnout(one)],
          ['记名', evaluation.named === true ? '记名' : secret],
          ['说明', evaluation.about ?? ''],
          ['取消原因', one.cancel_reason ?? ''],
          ['题目的指纹', evaluation.form_hash ?? ''],
          ['名单的指纹', evaluation.entitled_hash ?? ''],
        ]}
      />
    </section>
  );
}

function Acts({ one, may }: { one: StaffEvaluation; may: boolean }) {
  const confirm = useConfirm();
  const [form, setForm] = useState<'edit' | 'copy' | null>(null);
  const onMade = useOpenMade(form === null);
  const { mutateAsync: announceIt } = useAnnounce();
  const { mutateAsync: openIt } = useOpen();
  const { mutateAsync: closeIt } = useCloseEvaluation();
  const { mutateAsync: cancelIt } = useCancelEvaluation();
  if (!may) return null;
  const { id, state } = one.evaluation;
  const announce = () =>
    confirm({
      title: '现在预告？',
      content:
        '电视上马上能看到题目，每个人能看到自己能不能答、为什么，还能提异议。预告以后题目、时间、记不记名都不能再改。',
      okText: '预告',
      cancelText: '再看看',
      run: () => announceIt(one),
    });
  const open = () =>
    confirm({
      title: '现在就开始？',
      content: `名单按现在登记的人定下来，以后只有异议被同意的人才加进来。${
        one.objections.length > 0 ? `还有 ${one.objections.length} 个异议没有答复。` : ''
      }`,
      okText: '开始',
      cancelText: '先不开始',
      run: () => openIt(id),
    });
  const differs = one.on_paper !== (one.paper_ballots ?? 0) || one.paper_unmatched > 0;
  const close = () =>
    confirm({
      title: '现在截止并计票？',
      content: differs
        ? `用纸投票登记了 ${one.on_paper} 人，算数的纸质票 ${one.paper_ballots ?? 0} 张，只录了一遍的 ${one.paper_unmatched} 张。现在截止，就是说差的那些人没有交票，只录了一遍的不算。截止以后不能再开。`
        : '截止以后马上计票，结果会在电视上公布，不能再开。',
      okText: '截止',
      cancelText: '先不截止',
      run: () => closeIt({ id, accept_paper_difference: differs }),
    });
  const cancel = () =>
    confirm({
      title: '取消它？',
      content: '已经投的票不计，也不会公布。不能恢复，要重新办一次。',
      okText: '取消评议',
      cancelText: '不取消',
      reason: '题目有错，重新办',
      run: (reason) => cancelIt({ id, reason }),
    });
  return (
    <div className="evaluation-acts">
      <Button type="text" onClick={() => setForm('copy')}>
        照这个再办一次…
      </Button>
      {(state === 'draft' || state === 'announced' || state === 'open') && (
        <Button onClick={() => void cancel()}>取消…</Button>
      )}
      {state === 'draft' && (
        <>
          <Button onClick={() => setForm('edit')}>修改</Button>
          <Button type="primary" onClick={() => void announce()}>
            预告…
          </Button>
        </>
      )}
      {state === 'announced' && (
        <Button type="primary" onClick={() => void open()}>
          现在开始…
        </Button>
      )}
      {state === 'open' && <Button onClick={() => void close()}>现在截止…</Button>}
      {form === 'edit' && <EvaluationForm evaluation={one} onClose={() => setForm(null)} />}
      {form === 'copy' && (
        <EvaluationForm like={one} onSaved={onMade} onClose={() => setForm(null)} />
      )}
    </div>
  );
}

/** The questions as they are asked. */
function Questions({ one: { evaluation } }: { one: StaffEvaluation }) {
  const { questions } = evaluation.form;
  return (
    <section className="card evaluation-part" aria-labelledby="part-questions">
      <div className="evaluation-part-head">
        <h2 id="part-questions">题目 {questions.length} 道</h2>
      </div>
      <ol className="evaluation-sheet">
        {questions.map((question) => (
          <li key={question.id}>
            <b>
              {question.text} <small>{questionKind(question)}</small>
              {question.required !== true && <small>可以不答</small>}
            </b>
            {question.hint && <span>{question.hint}</span>}
            <span>{optionsOf(question).join('　')}</span>
            {question.kind.kind === 'matrix' && <span>{question.kind.rows.join('　')}</span>}
            {question.only_if && (
              <small>
                只有第 {questions.findIndex(({ id }) => id === question.only_if?.question) + 1}{' '}
                题选了 {question.only_if.any_of.map((option) => option + 1).join('、')} 才问
              </small>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What was done about it: a bulletin that says so. */
function FollowUp({ one, may }: { one: StaffEvaluation; may: boolean }) {
  const bulletins = usePublishedBulletins();
  const linking = useFollowUp();
  const linked = one.evaluation.follow_up_bulletin ?? null;
  const options = (bulletins.data?.items ?? []).map(({ id, draft }) => ({
    value: id,
    label: draft.title,
  }));
  const known = options.some(({ value }) => value === linked);
  return (
    <section className="card evaluation-part" aria-labelledby="part-follow-up">
      <div className="evaluation-part-head">
        <h2 id="part-follow-up">整改</h2>
      </div>
      <p>办了什么，写成一条公告发布，再在这里连上；电视上看结果的人可以打开它。</p>
      <Select
        className="evaluation-wide"
        aria-label="整改的公告"
        placeholder="选一条已发布的公告"
        showSearch
        allowClear
        optionFilterProp="label"
        disabled={!may}
        loading={bulletins.isPending || linking.isPending}
        value={linked}
        options={
          linked !== null && !known ? [{ value: linked, label: '较早的公告' }, ...options] : options
        }
        onChange={(bulletin: string | undefined) =>
          linking.mutate({ of: one, bulletin: bulletin ?? null })
        }
      />
      {(bulletins.error ?? linking.error) && <Problem error={bulletins.error ?? linking.error} />}
    </section>
  );
}
