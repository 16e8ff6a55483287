import { Button } from 'antd';

import type { PersonShown, RowDouble } from '../../api/types';
import { Tag } from '../../kit/tag/tag';
import { statusWords } from '../../words/evaluations';
import type { Work } from './work';
import { chosen } from './work';

interface Props {
  work: Work;
  doubles: readonly RowDouble[];
  onChoose: (line: number, member: string, same: boolean) => void;
}

const LINES: readonly [field: string, label: string, of: (one: PersonShown) => string | null][] = [
  ['name', '姓名', ({ name }) => name],
  ['organization', '单位', ({ organization }) => organization.name],
  ['status', '身份', ({ status }) => (status ? statusWords(status) : null)],
  ['household', '户', ({ household }) => household ?? null],
  ['id_number', '身份证号', ({ id_number_masked }) => id_number_masked ?? null],
  ['phone', '电话', ({ phone_masked }) => phone_masked ?? null],
  ['card', '卡号', ({ card_masked }) => card_masked ?? null],
  ['joined_on', '入党', ({ joined_on }) => joined_on ?? null],
];

/** 可能重了: each row beside who is registered, and whether they are one. Nobody is merged unless it is said. */
export function Doubles({ work, doubles, onChoose }: Props) {
  if (doubles.length === 0) return <p className="import-none">没有和登记过的人重了的行。</p>;
  return (
    <div className="import-doubles">
      {doubles.map((double) => (
        <Double
          key={double.line}
          double={double}
          of={(member) => chosen(work, double.line, member)}
          written={work.written.has(double.line)}
          onChoose={(member, same) => onChoose(double.line, member, same)}
        />
      ))}
    </div>
  );
}

interface OneProps {
  double: RowDouble;
  of: (member: string) => boolean | undefined;
  written: boolean;
  onChoose: (member: string, same: boolean) => void;
}

function Double({ double: { line, row, like }, of, written, onChoose }: OneProps) {
  return (
    <section aria-label={`第 ${line} 行 ${row.name}`}>
      <table>
        <thead>
          <tr>
            <th />
            <th scope="col">表里第 {line} 行</th>
            {like.map(({ member_id, here }) => (
              <th key={member_id} scope="col">
                登记过的{here ? '' : '（别的单位）'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LINES.map(([field, label, said]) => {
            const differs = like.some((one) => one.differs.includes(field));
            return (
              <tr key={field} className={differs ? 'import-differs' : ''}>
                <th scope="row">
                  {label}
                  {differs && <small>不一样</small>}
                </th>
                <td>{said(row) ?? '—'}</td>
                {like.map(({ member_id, person, shared }) => (
                  <td key={member_id}>
                    {said(person) ?? '—'}
                    {shared.includes(field) && <small>一样</small>}
                  </td>
                ))}
              </tr>
            );
          })}
          <tr>
            <th scope="row">是不是一个人</th>
            <td />
            {like.map(({ member_id, here }) => (
              <td key={member_id}>
                <Choice
                  here={here}
                  same={of(member_id)}
                  off={written}
                  onChoose={(same) => onChoose(member_id, same)}
                />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

interface ChoiceProps {
  here: boolean;
  same: boolean | undefined;
  off: boolean;
  onChoose: (same: boolean) => void;
}

function Choice({ here, same, off, onChoose }: ChoiceProps) {
  const after =
    same === undefined
      ? null
      : same
        ? here
          ? '按表里的改登记过的这一位'
          : '不新增；要转过来，请在那边办转接'
        : '登记成另一个人';
  return (
    <div className="import-choice">
      <Button aria-pressed={same === true} disabled={off} onClick={() => onChoose(true)}>
        是同一个人
      </Button>
      <Button aria-pressed={same === false} disabled={off} onClick={() => onChoose(false)}>
        是两个人
      </Button>
      {after !== null && <Tag tone="done">{after}</Tag>}
    </div>
  );
}
