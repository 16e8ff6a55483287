import type { TextareaHTMLAttributes } from 'react';
import { forwardRef } from 'react';

import { numbersIn } from '../../bulletin/numbers';
import type { Confirmed } from '../../bulletin/writing';

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value'> & {
  value: string;
  /** Numbers that may stand in clear. */
  confirmed: Confirmed;
};

/** A text that grows with its words, in which numbers of people are marked where they stand. */
export const MarkedField = forwardRef<HTMLTextAreaElement, Props>(function MarkedField(
  { value, confirmed, className = '', ...rest },
  ref,
) {
  const pieces: React.ReactNode[] = [];
  let at = 0;
  for (const { start, end, digits } of numbersIn(value)) {
    pieces.push(value.slice(at, start));
    pieces.push(
      <mark key={start} className={confirmed[digits] === undefined ? 'number' : 'number-settled'}>
        {value.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  pieces.push(value.slice(at));
  return (
    <div className={`marked ${className}`}>
      <div className="marked-below" aria-hidden>
        {pieces}
        {/* The last line has a height also when it is empty. */}
        {'\u200b'}
      </div>
      <textarea ref={ref} rows={1} value={value} spellCheck={false} {...rest} />
    </div>
  );
});
