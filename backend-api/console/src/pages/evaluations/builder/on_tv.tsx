import { useState } from 'react';

import type { QuestionForm } from '../../../api/types';
import { screensOf } from '../../../forms/screens';
import type { TvSize } from '../../../kit/tv/tv';
import { Tv, TV_SIZES } from '../../../kit/tv/tv';

interface Props {
  form: QuestionForm;
  title: string;
  named: boolean;
  /** Place of the question that is looked at. */
  at: number;
  onAt: (at: number) => void;
}

/** Keys by which a number is typed. */
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '删除', '0', '确定'];

/** The questions as a television puts them, one a screen. */
export function OnTv({ form, title, named, at, onAt }: Props) {
  const [size, setSize] = useState<TvSize>('1.5');
  const [shown, setShown] = useState({ at, row: 0 });
  const screens = screensOf(form);
  // What is written is what is seen; of a table each row has a screen of its own.
  const wanted = shown.at === at ? shown : { at, row: 0 };
  const first = Math.max(
    0,
    screens.findIndex((screen) => screen.at === wanted.at),
  );
  const index = Math.min(first + wanted.row, screens.length - 1);
  const screen = screens[index];
  const go = (to: number) => {
    const next = screens[to];
    if (next === undefined) return;
    setShown({ at: next.at, row: to - screens.findIndex((one) => one.at === next.at) });
    onAt(next.at);
  };
  if (screen === undefined) {
    return <p className="builder-help">添了题目，这里就看得到它在电视上的样子。</p>;
  }
  const { question, row, options, lined, next, note } = screen;
  const cells = [...options, ...(next === null ? [] : [{ digit: 0, label: next }])];
  const arranged = lined ? ' tv-cells-lines' : cells.length > 5 ? ' tv-cells-two' : '';
  const isNumber = question.kind.kind === 'number';
  const roomy = size === '1' && cells.length <= 5;
  return (
    <Tv
      size={size}
      onSize={setSize}
      title={
        <span className="tv-question-head">
          {`${title || '还没有名称'}\u3000第 ${index + 1} 题，共 ${screens.length} 题`}
        </span>
      }
      hints={
        <>
          <span>
            <b>数字键</b>
            {isNumber ? '填数字' : '选答案'}
          </span>
          <span>
            <b>左</b>上一题
          </span>
          <span>
            <b className="tv-yellow">黄</b>念题目
          </span>
          <span>
            <b>返回</b>以后再答
          </span>
        </>
      }
      at={index}
      all={screens.length}
      onAt={go}
      said={`${TV_SIZES[size]} 时大致这样，换行可能差几个字`}
    >
      <div className={isNumber ? 'tv-question tv-question-number' : 'tv-question'}>
        <div className="tv-question-text">
          <p>{(row === '' ? '' : `${row}：`) + (question.text || '还没写问什么')}</p>
          {question.hint && <small>{question.hint}</small>}
        </div>
        {isNumber ? (
          <div className="tv-keys" aria-hidden>
            {KEYS.map((key) => (
              <span key={key}>{key}</span>
            ))}
          </div>
        ) : (
          <ol className={`tv-cells${arranged}`}>
            {cells.map(({ digit, label }, cell) => (
              <li key={cell}>
                {digit > 0 && <b>{digit}</b>}
                <span>{label || '还没写'}</span>
              </li>
            ))}
          </ol>
        )}
        {(roomy || isNumber || question.kind.kind !== 'one') && (
          <p className="tv-question-note">{note}</p>
        )}
        <div className="tv-progress" aria-hidden>
          {screens.map((_, place) => (
            <i
              key={place}
              className={place < index ? 'tv-done' : place === index ? 'tv-now' : undefined}
            />
          ))}
        </div>
        {roomy && (
          <p className="tv-question-note">
            {named ? '记名：答案和您的名字一起交上去。' : '谁选了什么不留名字，只留合计。'}
          </p>
        )}
      </div>
    </Tv>
  );
}
