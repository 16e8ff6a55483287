import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';

import { useAct, useRequest } from '../../api/requests';
import type { ServiceRequest } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Facts } from '../../kit/drawer/drawer';
import { PrintButton } from '../../kit/print/sheet';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import {
  REQUEST_STATE,
  REQUEST_TONE,
  risen,
  satisfied,
  SOLVED,
  SOURCE_OF,
} from '../../words/requests';
import { moment } from '../../words/time';
import { left, steps, urgency } from './clock';
import { Composer } from './composer';
import type { PageKind } from './filters';
import { History } from './history';
import { Phone } from './phone';
import { RequestSheet } from './sheets';

interface Props {
  id: string;
  kind: PageKind;
  /** Opens another one. */
  onOpen: (id: string) => void;
}

/** A request with all that happened to it, and what can be done with it. */
export function RequestDetail({ id, kind, onOpen }: Props) {
  const { data: request, error, refetch } = useRequest(id, kind);
  const now = useNow(30_000);
  if (!request) {
    return error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>;
  }
  if (request.history.length === 0) {
    return (
      <Alert
        type="success"
        showIcon
        message={`这件事现在由${request.line.office.name}办，您这里看不到它了。`}
      />
    );
  }
  return (
    <>
      <Head request={request} now={now} prints={kind !== 'confidential'} />
      <div className="request-body">
        {error && <Problem error={error} retry={refetch} />}
        <Facts facts={facts(request, now)} />
        <Why request={request} />
        <Extension request={request} />
        <Others
          title="合并到这件的"
          lines={(request.merged ?? []).map(({ id: other, number, summary }) => ({
            id: other,
            words: `${number} ${summary}`,
          }))}
          onOpen={onOpen}
        />
        {request.merged_into != null && (
          <Others
            title="已经合并到"
            lines={[{ id: request.merged_into, words: '打开那一件' }]}
            onOpen={onOpen}
          />
        )}
        <Way request={request} now={now} />
        <History request={id} history={request.history} now={now} />
        <Composer request={request} kind={kind} onOpen={onOpen} />
        {/* What was told in confidence goes onto no paper. */}
        {kind !== 'confidential' && <RequestSheet request={request} />}
      </div>
    </>
  );
}

interface HeadProps {
  request: ServiceRequest;
  now: number;
  prints: boolean;
}

function Head({ request: { line }, now, prints }: HeadProps) {
  const due = urgency(line.due_at_ms, now);
  const up = risen(line);
  return (
    <header className="request-head">
      <div className="request-tags">
        {due !== 'none' && (
          <Tag tone={due === 'overdue' ? 'live' : due === 'soon' ? 'due' : 'waiting'}>
            {left(line.due_at_ms, now)}
          </Tag>
        )}
        <Tag tone={REQUEST_TONE[line.state]}>{REQUEST_STATE[line.state]}</Tag>
        <Tag tone="plain">{line.category}</Tag>
        {up !== null && <Tag tone="due">{up}</Tag>}
        <span className="spacer" />
        <span className="request-number">编号 {line.number}</span>
        {prints && <PrintButton />}
      </div>
      <h2>{line.summary || line.category}</h2>
    </header>
  );
}

function facts(request: ServiceRequest, now: number): (readonly [string, ReactNode])[] {
  const { line, household, asker, entered_by, phone_masked: phone } = request;
  const name = asker?.name ?? line.asker ?? '';
  const home = household?.name ?? '';
  const { verdict } = request;
  return [
    ['谁问的', name !== '' && home !== '' ? `${name}（${home}）` : name || home],
    ['谁代填', entered_by?.name ?? null],
    ['电话', phone == null ? '没有留，只在电视上答复' : <Phone id={line.id} masked={phone} />],
    ['来自', SOURCE_OF[request.source]],
    ['提出', moment(request.asked_at_ms ?? line.received_at_ms, now)],
    ['现在由', line.office.name],
    [
      '本人说',
      verdict == null ? null : `${SOLVED[verdict]}，满意度：${satisfied(request.satisfaction)}`,
    ],
  ];
}

/** Why the deadline is when it is. */
function Why({ request: { line, due_because: because = [] } }: { request: ServiceRequest }) {
  if (because.length === 0) return null;
  return (
    <details className="request-why">
      <summary>{line.due_at_ms == null ? '为什么没有期限' : '为什么是这个期限'}</summary>
      <ol>
        {because.map((reason, n) => (
          <li key={n}>{reason}</li>
        ))}
      </ol>
    </details>
  );
}

/** More time was asked for: whoever may decides. */
function Extension({ request }: { request: ServiceRequest }) {
  const confirm = useConfirm();
  const { mutateAsync: act } = useAct();
  const { extension_asked_hours: asked, may = [], version, line } = request;
  if (asked == null) return null;
  const asking = request.history.filter(({ what }) => what === 'extension_asked').pop();
  const send = (what: Parameters<typeof act>[0]['act']) => act({ id: line.id, version, act: what });
  const give = () =>
    confirm({
      title: `同意延期 ${asked} 小时？`,
      content: '期限往后推，本人在电视上会看到新的期限和原因。',
      okText: '同意延期',
      cancelText: '再想想',
      run: () => send({ act: 'give_extension' }),
    });
  const refuse = () =>
    confirm({
      title: '不同意延期？',
      content: '期限不变。申请的单位会看到原因。',
      okText: '不同意',
      cancelText: '再想想',
      reason: '停水不能等到后天',
      run: (reason) => send({ act: 'refuse_extension', reason }),
    });
  return (
    <Alert
      className="request-notice"
      type="warning"
      showIcon
      message={`${line.office.name}申请延期 ${asked} 小时`}
      description={asking?.text}
      action={
        <div className="request-notice-acts">
          {may.includes('give_extension') && <Button onClick={() => void give()}>同意…</Button>}
          {may.includes('refuse_extension') && (
            <Button onClick={() => void refuse()}>不同意…</Button>
          )}
        </div>
      }
    />
  );
}

interface OthersProps {
  title: string;
  lines: readonly { id: string; words: string }[];
  onOpen: (id: string) => void;
}

function Others({ title, lines, onOpen }: OthersProps) {
  if (lines.length === 0) return null;
  return (
    <div className="request-others">
      <span>{title}</span>
      {lines.map(({ id, words }) => (
        <Button key={id} type="link" onClick={() => onOpen(id)}>
          {words}
        </Button>
      ))}
    </div>
  );
}

const STEP_WORDS = { done: '已过', now: '现在', late: '超时', todo: '还没到' } as const;

/** How far it has come. */
function Way({ request, now }: { request: ServiceRequest; now: number }) {
  const way = steps(request.line, now);
  return (
    <div className="request-way">
      <h3>经过</h3>
      <span className="spacer" />
      {way && (
        <ol aria-label="办到哪一步">
          {way.map(({ label, is }) => (
            <li key={label} className={`request-step-${is}`} title={STEP_WORDS[is]}>
              {label}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
