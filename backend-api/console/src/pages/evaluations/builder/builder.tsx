import './builder.css';

import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import type { Question, QuestionForm } from '../../../api/types';
import type { Kind } from '../../../forms/building';
import {
  added,
  BLANK,
  copied,
  dependents,
  joined,
  MOST_QUESTIONS,
  moved,
  removed,
} from '../../../forms/building';
import { useConfirm } from '../../../kit/confirm/confirm';
import { Tag } from '../../../kit/tag/tag';
import { questionKind } from '../../../words/evaluations';
import { byKeys } from './by_keys';
import { FromFile } from './from_file';
import { KIND_WORDS } from './kinds';
import { Pasting } from './pasting';
import { QuestionFields } from './question_fields';

interface Props {
  /** As a field of a form has them. */
  id?: string;
  value?: QuestionForm;
  onChange?: (value: QuestionForm) => void;
  /** Place of the question that is written; `null`: none. */
  at: number | null;
  onAt: (at: number | null) => void;
  /** What the server said of questions, by their ids. */
  faults: ReadonlyMap<string, readonly string[]>;
  /** A question was changed since. */
  onMended: (id: string) => void;
}

const NONE: QuestionForm = { questions: [] };

/** Writes questions: one is open, the others are lines that say how they are answered. */
export function Builder({ id, value = NONE, onChange, at, onAt, faults, onMended }: Props) {
  const confirm = useConfirm();
  const [pasting, setPasting] = useState(false);
  const { questions } = value;
  const full = questions.length >= MOST_QUESTIONS;

  const write = (next: QuestionForm, question: Question) => {
    onMended(question.id);
    onChange?.(next);
  };
  const move = (from: number, step: 1 | -1) => {
    if (questions[from + step] === undefined) return;
    onChange?.(moved(value, from, step));
    onAt(from + step);
  };
  const add = (kind: Kind) => {
    onChange?.(added(value, kind));
    onAt(questions.length);
  };
  const remove = async (from: number) => {
    const also = dependents(value, from).map((other) => `第 ${other + 1} 题`);
    const asked = questions[from]?.text ?? '';
    if (also.length > 0 || asked !== '') {
      const yes = await confirm({
        title: `删掉第 ${from + 1} 题？`,
        content:
          also.length > 0
            ? `${also.join('、')}只在这道题选了某几项时才问。删掉以后，它总是要问。`
            : asked,
        okText: '删掉',
        cancelText: '留着',
      });
      if (yes === null) return;
    }
    onChange?.(removed(value, from));
    onAt(null);
  };
  const take = (more: QuestionForm) => {
    onChange?.(joined(value, more));
    onAt(questions.length);
  };

  return (
    <div className="builder" {...(id ? { id } : {})} tabIndex={-1}>
      {questions.length === 0 && (
        <p className="builder-empty">还没有题目。下面添一道，或者从表格、文件里读。</p>
      )}
      <ol className="builder-questions">
        {questions.map((question, place) => (
          <li key={question.id} className={place === at ? 'builder-open' : undefined}>
            <button
              type="button"
              className="builder-head"
              aria-expanded={place === at}
              onKeyDown={(event) => byKeys(event, (step) => move(place, step))}
              onClick={() => onAt(place === at ? null : place)}
            >
              <span className="builder-number">{place + 1}</span>
              <span className="builder-text">{question.text || '还没写问什么'}</span>
              {question.only_if != null && <Tag tone="waiting">有条件才问</Tag>}
              {question.required !== true && <Tag tone="plain">可以不答</Tag>}
              <Tag tone="plain">{questionKind(question)}</Tag>
            </button>
            {faults.get(question.id)?.map((says) => (
              <p key={says} role="alert" className="builder-fault">
                {says}
              </p>
            ))}
            {place === at && (
              <QuestionFields
                form={value}
                at={place}
                onChange={(next) => write(next, question)}
                onMove={(step) => move(place, step)}
                acts={
                  <>
                    <Button type="text" disabled={place === 0} onClick={() => move(place, -1)}>
                      上移
                    </Button>
                    <Button
                      type="text"
                      disabled={place === questions.length - 1}
                      onClick={() => move(place, 1)}
                    >
                      下移
                    </Button>
                    <Button
                      type="text"
                      disabled={full}
                      onClick={() => {
                        onChange?.(copied(value, place));
                        onAt(place + 1);
                      }}
                    >
                      复制
                    </Button>
                    <Button type="text" onClick={() => void remove(place)}>
                      删掉…
                    </Button>
                  </>
                }
              />
            )}
          </li>
        ))}
      </ol>
      <div className="builder-add">
        <span>{full ? `最多 ${MOST_QUESTIONS} 道题。` : '添一道：'}</span>
        {!full &&
          (Object.keys(BLANK) as Kind[]).map((kind) => (
            <Button key={kind} icon={<PlusOutlined aria-hidden />} onClick={() => add(kind)}>
              {KIND_WORDS[kind]}
            </Button>
          ))}
      </div>
      <div className="builder-add">
        <span>或者：</span>
        <Button onClick={() => setPasting(true)}>从表格粘贴…</Button>
        <FromFile onForm={take} />
      </div>
      <p className="builder-help">
        按 Alt 和上下键，把正在写的题或者选项往上、往下挪。结果按题目的次序公布，不排名。
      </p>
      {pasting && <Pasting onForm={take} onClose={() => setPasting(false)} />}
    </div>
  );
}
