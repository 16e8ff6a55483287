import { Button, Input } from 'antd';
import { useState } from 'react';

import { letter } from './columns';
import type { Problem } from './problems';

interface Props {
  line: number;
  at: number;
  text: string;
  problems: readonly Problem[];
  skipped: boolean;
  onChange: (text: string) => void;
  onSkip: (skip: boolean) => void;
  onClose: () => void;
}

/** A cell that is mended where it stands: what is wrong, what may be meant, and the field itself. */
export function CellEditor(props: Props) {
  const { line, at, text, problems, skipped, onChange, onSkip, onClose } = props;
  const [typed, setTyped] = useState(text);
  return (
    <form
      className="cell-editor"
      aria-label={`改 ${letter(at)}${line}`}
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed);
      }}
    >
      {problems.map(({ words, fix }) => (
        <p key={words} className="cell-wrong">
          <b>
            {letter(at)}
            {line}
          </b>{' '}
          {words}
          {fix && (
            <Button type="link" onClick={() => onChange(fix.value)}>
              {fix.words}用 {fix.value}
            </Button>
          )}
        </p>
      ))}
      <Input
        autoFocus
        autoComplete="off"
        aria-label={`${letter(at)}${line} 的内容`}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && onClose()}
      />
      <div className="cell-acts">
        <Button type="primary" htmlType="submit">
          改好
        </Button>
        <Button onClick={() => onSkip(!skipped)}>{skipped ? '这行还是要导' : '这行先不导'}</Button>
        <Button type="text" onClick={onClose}>
          不改
        </Button>
      </div>
    </form>
  );
}
