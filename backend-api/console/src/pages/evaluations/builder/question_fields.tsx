import { Input, InputNumber, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useId } from 'react';

import type { Question, QuestionForm, QuestionKind } from '../../../api/types';
import type { Kind } from '../../../forms/building';
import {
  BLANK,
  branches,
  breaksBefore,
  broken,
  changed,
  conditioned,
  exchanged,
  lineAdded,
  lineMoved,
  lineRemoved,
  lineWritten,
  rekinded,
} from '../../../forms/building';
import { optionsOf } from '../../../forms/form';
import { Select } from '../../../kit/select';
import { byKeys } from './by_keys';
import { KIND_WORDS } from './kinds';
import { Lines } from './lines';

interface Props {
  form: QuestionForm;
  at: number;
  onChange: (form: QuestionForm) => void;
  /** Up (−1) or down (1) among the others. */
  onMove: (step: 1 | -1) => void;
  /** What else is done with it. */
  acts: ReactNode;
}

interface FieldProps {
  label: string;
  children: (id: string) => ReactNode;
}

function Field({ label, children }: FieldProps) {
  const id = useId();
  return (
    <div className="builder-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

/** Everything of one question. */
export function QuestionFields({ form, at, onChange, onMove, acts }: Props) {
  const question = form.questions[at];
  if (question === undefined) return null;
  const change = (next: Partial<Question>) => onChange(changed(form, at, next));
  const trimmed = (name: 'text' | 'hint', text: string) => {
    if (text.trim() !== text) change({ [name]: text.trim() });
  };
  return (
    <div className="builder-fields">
      <Field label="问什么">
        {(id) => (
          <Input
            id={id}
            value={question.text}
            maxLength={120}
            showCount
            autoFocus={question.text === ''}
            onChange={({ target }) => change({ text: target.value })}
            onBlur={() => trimmed('text', question.text)}
            onPressEnter={(event) => event.preventDefault()}
            onKeyDown={(event) => byKeys(event, onMove)}
          />
        )}
      </Field>
      <div className="builder-pair">
        <Field label="怎么答">
          {(id) => (
            <Select<QuestionKind['kind']>
              id={id}
              value={question.kind.kind}
              options={[
                ...(Object.keys(BLANK) as Kind[]).map((kind) => ({
                  value: kind,
                  label: KIND_WORDS[kind],
                })),
                ...(question.kind.kind === 'unknown'
                  ? [{ value: 'unknown' as const, label: '这个版本还不认识的题' }]
                  : []),
              ]}
              onChange={(kind) => {
                if (kind !== 'unknown') onChange(rekinded(form, at, kind));
              }}
            />
          )}
        </Field>
        <Field label="旁边的提示（可以不写）">
          {(id) => (
            <Input
              id={id}
              value={question.hint ?? ''}
              maxLength={120}
              onChange={({ target }) => change({ hint: target.value })}
              onBlur={() => trimmed('hint', question.hint ?? '')}
              onPressEnter={(event) => event.preventDefault()}
            />
          )}
        </Field>
      </div>
      <KindFields form={form} at={at} kind={question.kind} onChange={onChange} />
      <Condition form={form} at={at} question={question} onChange={onChange} />
      <div className="builder-toggles">
        <Toggle
          words="可以不答"
          on={question.required !== true}
          onChange={(on) => change({ required: !on })}
        />
        {at > 0 && (
          <Toggle
            words="纸上和手机上另起一页"
            on={breaksBefore(form, at)}
            onChange={(on) => onChange(broken(form, at, on))}
          />
        )}
        <span className="spacer" />
        {acts}
      </div>
    </div>
  );
}

interface KindProps extends Omit<Props, 'acts' | 'onMove'> {
  kind: QuestionKind;
}

/** What is chosen from, and within which bounds. */
function KindFields({ form, at, kind, onChange }: KindProps) {
  const put = (next: QuestionKind) => onChange(changed(form, at, { kind: next }));
  const lines = (name: string, longest: number) => (
    <Lines
      name={name}
      lines={optionsOf({ kind })}
      least={2}
      most={9}
      longest={longest}
      digits
      onWrite={(line, text) => onChange(lineWritten(form, at, line, text))}
      onMove={(line, step) => onChange(lineMoved(form, at, line, step))}
      onRemove={(line) => onChange(lineRemoved(form, at, line))}
      onAdd={() => onChange(lineAdded(form, at))}
    />
  );
  const count = (label: string, value: number, set: (value: number) => void, most?: number) => (
    <Field label={label}>
      {(id) => (
        <InputNumber
          id={id}
          value={value}
          precision={0}
          {...(most === undefined ? {} : { min: 0, max: most })}
          onChange={(next) => next !== null && set(next)}
        />
      )}
    </Field>
  );
  switch (kind.kind) {
    case 'one':
      return lines('选项', 20);
    case 'several':
      return (
        <>
          {lines('选项', 20)}
          <div className="builder-pair">
            {count('最少选几个', kind.least, (least) => put({ ...kind, least }), 9)}
            {count('最多选几个', kind.most, (most) => put({ ...kind, most }), 9)}
          </div>
        </>
      );
    case 'grade':
      return (
        <>
          {lines('等次', 10)}
          <UnknownLast
            on={kind.unknown_last === true}
            onChange={(unknown_last) => put({ ...kind, unknown_last })}
          />
        </>
      );
    case 'sentences':
      return (
        <>
          {lines('句子', 30)}
          {count('最多挑几句', kind.most, (most) => put({ ...kind, most }), 9)}
        </>
      );
    case 'number':
      return (
        <div className="builder-pair">
          {count('最小', kind.least, (least) => put({ ...kind, least }))}
          {count('最大', kind.most, (most) => put({ ...kind, most }))}
          <Field label="单位（可以不写）">
            {(id) => (
              <Input
                id={id}
                value={kind.unit ?? ''}
                maxLength={4}
                placeholder="元、次"
                onChange={({ target }) => put({ ...kind, unit: target.value.trim() })}
              />
            )}
          </Field>
        </div>
      );
    case 'matrix':
      return (
        <>
          <Lines
            name="评谁"
            lines={kind.rows}
            least={1}
            most={20}
            longest={20}
            onWrite={(line, text) =>
              put({ ...kind, rows: kind.rows.map((row, other) => (other === line ? text : row)) })
            }
            onMove={(line, step) => put({ ...kind, rows: exchanged(kind.rows, line, step) })}
            onRemove={(line) =>
              put({ ...kind, rows: kind.rows.filter((_, other) => other !== line) })
            }
            onAdd={() => put({ ...kind, rows: [...kind.rows, ''] })}
          />
          {lines('等次', 10)}
          <UnknownLast
            on={kind.unknown_last === true}
            onChange={(unknown_last) => put({ ...kind, unknown_last })}
          />
        </>
      );
    case 'unknown':
      return null;
  }
}

interface ToggleProps {
  words: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Toggle({ words, on, onChange }: ToggleProps) {
  const id = useId();
  return (
    <span className="builder-toggle">
      <Switch id={id} size="small" checked={on} onChange={onChange} />
      <label htmlFor={id}>{words}</label>
    </span>
  );
}

function UnknownLast({ on, onChange }: Omit<ToggleProps, 'words'>) {
  return <Toggle words="最后一个等次是“不了解”，不计入" on={on} onChange={onChange} />;
}

interface ConditionProps extends Omit<Props, 'acts' | 'onMove'> {
  question: Question;
}

/** When it is asked: always, or after what was chosen before. */
function Condition({ form, at, question, onChange }: ConditionProps) {
  const before = form.questions.slice(0, at);
  const only = question.only_if ?? null;
  const earlier = before.filter(branches);
  if (earlier.length === 0 && only === null) return null;
  const found = earlier.find(({ id }) => id === only?.question);
  return (
    <div className="builder-pair">
      <Field label="什么时候问">
        {(id) => (
          <Select<string>
            id={id}
            value={only === null ? '' : (found?.id ?? 'gone')}
            options={[
              { value: '', label: '总是问' },
              ...(only !== null && found === undefined
                ? [{ value: 'gone', label: '条件里的题不在前面了，请改', disabled: true }]
                : []),
              ...earlier.map(({ id, text }) => ({
                value: id,
                label: `第 ${before.findIndex((one) => one.id === id) + 1} 题这样答了：${text}`,
              })),
            ]}
            onChange={(id) =>
              onChange(conditioned(form, at, id === '' ? null : { question: id, any_of: [] }))
            }
          />
        )}
      </Field>
      {found && only && (
        <Field label="选了哪几项">
          {(id) => (
            <Select<number[]>
              id={id}
              mode="multiple"
              value={only.any_of}
              options={optionsOf(found).map((label, value) => ({ value, label }))}
              onChange={(any_of) =>
                onChange(
                  conditioned(form, at, { ...only, any_of: [...any_of].sort((a, b) => a - b) }),
                )
              }
            />
          )}
        </Field>
      )}
    </div>
  );
}
