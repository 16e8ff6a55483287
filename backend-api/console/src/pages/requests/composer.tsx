import { DownOutlined, SendOutlined } from '@ant-design/icons';
import { Alert, Button, Dropdown, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { useAct } from '../../api/requests';
import { useMe } from '../../api/session';
import type { Act, ServiceRequest } from '../../api/types';
import { PartChoice } from '../../kit/collection/filter_choice';
import { Problem } from '../../kit/problem';
import { happened } from '../../words/requests';
import type { Mode, Writing } from './acts';
import { actOf, EMPTY, isWritten, MANNERS, modes } from './acts';
import { Beside, Canned } from './beside';
import { keep, kept, tidy } from './drafts';
import type { PageKind } from './filters';
import { inMemory } from './in_memory';

interface Props {
  request: ServiceRequest;
  kind: PageKind;
  /** Opens another one. */
  onOpen: (id: string) => void;
}

/** What was read when the writing began: nothing is sent on top of what was not seen. */
interface Read {
  version: number;
  /** Number of the last entry of the history. */
  last: number;
}

const readOf = ({ version, history }: ServiceRequest): Read => ({
  version,
  last: history[history.length - 1]?.number ?? 0,
});

/** Of confidential reports nothing is kept in the browser. */
const storageOf = (kind: PageKind) => (kind === 'confidential' ? inMemory : localStorage);

function useWriting(kind: PageKind, id: string) {
  const login = useMe().data?.login ?? '';
  const storage = storageOf(kind);
  const [writing, setWriting] = useState<Writing>(() => {
    tidy(storage, Date.now());
    return kept(storage, login, id);
  });
  // A picture may arrive while somebody goes on writing.
  const latest = useRef(writing);
  const [isKept, setIsKept] = useState(true);
  const write = (change: Partial<Writing>) => {
    latest.current = { ...latest.current, ...change };
    setWriting(latest.current);
    setIsKept(keep(storage, login, id, latest.current, Date.now()));
  };
  return { writing, write, isKept };
}

/** What staff do with a request: answers, passes on, asks, notes, and the rest that the server allows. */
export function Composer({ request, kind, onOpen }: Props) {
  const { id } = request.line;
  const may = request.may ?? [];
  const { usual, rest } = modes(may);
  const { writing, write, isKept } = useWriting(kind, id);
  const [base, setBase] = useState(() => readOf(request));
  const [missing, setMissing] = useState<string | null>(null);
  const act = useAct();

  // What somebody does here themselves is no news to them.
  const [sending, setSending] = useState(false);
  const moved = !sending && request.version !== base.version;
  const idle = !isWritten(writing);
  useEffect(() => {
    // Nobody has written anything on what was there before.
    if (moved && idle) setBase(readOf(request));
  }, [moved, idle, request]);

  const mode = may.includes(writing.mode) ? writing.mode : (usual[0] ?? rest[0]);
  const canAccept = may.includes('accept');
  if (mode === undefined && !canAccept) return null;

  const send = async (what: Act) => {
    setMissing(null);
    setSending(true);
    try {
      const now = await act.mutateAsync({ id, act: what, version: base.version });
      setBase(readOf(now));
      if (what.act !== 'accept') write(EMPTY);
    } catch {
      // It is said below; what was written stays.
    } finally {
      setSending(false);
    }
  };
  const submit = (of: Mode) => {
    const result = actOf({ ...writing, mode: of });
    if ('missing' in result) setMissing(result.missing);
    else void send(result.act);
  };

  return (
    <>
      {moved && !idle && (
        <Moved request={request} base={base} onSeen={() => setBase(readOf(request))} />
      )}
      {mode !== undefined && (
        <section className="request-composer" aria-label="办理">
          <Modes mode={mode} usual={usual} rest={rest} onMode={(next) => write({ mode: next })} />
          <Field
            mode={mode}
            writing={writing}
            canned={request.canned_replies ?? []}
            wrong={missing}
            onWrite={(change) => {
              setMissing(null);
              write(change);
            }}
          />
          <Beside mode={mode} request={request} writing={writing} onWrite={write} onOpen={onOpen} />
          {missing !== null && (
            <p className="request-missing" role="alert">
              {missing}
            </p>
          )}
        </section>
      )}
      {act.error && <Problem error={act.error} />}
      <footer className="request-acts">
        <p>
          {mode === undefined ? '' : MANNERS[mode].then}
          {isWritten(writing) && <small>{draftWords(kind, isKept)}</small>}
        </p>
        {canAccept && (
          <Button disabled={sending} onClick={() => void send({ act: 'accept' })}>
            受理，开始办
          </Button>
        )}
        {mode !== undefined && (
          <Button
            type="primary"
            icon={<SendOutlined aria-hidden />}
            loading={sending}
            disabled={moved && !idle}
            onClick={() => submit(mode)}
          >
            {MANNERS[mode].ok}
          </Button>
        )}
      </footer>
    </>
  );
}

function draftWords(kind: PageKind, isKept: boolean): string {
  if (kind === 'confidential') return '举报的草稿不存下来，关掉网页就没有了。';
  return isKept ? '草稿自己存好了。' : '这台电脑存不下草稿，请尽快发出。';
}

interface MovedProps {
  request: ServiceRequest;
  base: Read;
  onSeen: () => void;
}

/** Something happened while somebody wrote. */
function Moved({ request, base, onSeen }: MovedProps) {
  const fresh = request.history.filter(({ number }) => number > base.last);
  return (
    <Alert
      className="request-notice"
      type="warning"
      showIcon
      message="您写的时候，这件事有了变化，先看一看再发"
      description={
        fresh.length > 0 && (
          <ul>
            {fresh.map((entry) => (
              <li key={entry.number}>
                {entry.who} {happened(entry)}
                {entry.text && `：${entry.text}`}
              </li>
            ))}
          </ul>
        )
      }
      action={<Button onClick={onSeen}>看过了</Button>}
    />
  );
}

interface ModesProps {
  mode: Mode;
  usual: readonly Mode[];
  rest: readonly Mode[];
  onMode: (mode: Mode) => void;
}

function Modes({ mode, usual, rest, onMode }: ModesProps) {
  return (
    <div className="request-modes">
      {usual.length > 0 && (
        <PartChoice
          label="怎么办"
          value={mode}
          choices={usual.map((value) => ({ value, label: MANNERS[value].label }))}
          onChange={onMode}
        />
      )}
      <span className="spacer" />
      {rest.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            selectedKeys: [mode],
            items: rest.map((key) => ({ key, label: MANNERS[key].label })),
            onClick: ({ key }) => onMode(key as Mode),
          }}
        >
          <Button type={rest.includes(mode) ? 'primary' : 'default'}>
            {rest.includes(mode) ? MANNERS[mode].label : '更多'} <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
    </div>
  );
}

interface FieldProps {
  mode: Mode;
  writing: Writing;
  canned: readonly string[];
  wrong: string | null;
  onWrite: (change: Partial<Writing>) => void;
}

function Field({ mode, writing, canned, wrong, onWrite }: FieldProps) {
  const { field, example, most } = MANNERS[mode];
  if (field === null) return null;
  const count = Array.from(writing.text.trim()).length;
  return (
    <>
      <div className="request-field-head">
        <label htmlFor="request-text">{field}</label>
        <span className="spacer" />
        {(mode === 'reply' || mode === 'ask_back') && (
          <Canned sentences={canned} text={writing.text} onTake={(text) => onWrite({ text })} />
        )}
      </div>
      <Input.TextArea
        id="request-text"
        rows={4}
        value={writing.text}
        placeholder={`例如：${example}`}
        {...(wrong === null ? {} : { status: 'error' as const })}
        onChange={({ target }) => onWrite({ text: target.value })}
      />
      <p className={count > most ? 'request-count request-missing' : 'request-count'}>
        {count} 字，最多 {most} 字{mode === 'reply' && '，电视上会读出来'}
      </p>
    </>
  );
}
