import { PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';

import { byKeys } from './by_keys';

interface Props {
  /** What the lines are: `选项`. */
  name: string;
  lines: readonly string[];
  least: number;
  most: number;
  /** Characters of a line. */
  longest: number;
  /** Each is chosen by the digit before it. */
  digits?: boolean;
  onWrite: (line: number, text: string) => void;
  onMove: (line: number, step: 1 | -1) => void;
  onRemove: (line: number) => void;
  onAdd: () => void;
}

/** Short texts below each other. */
export function Lines({ name, lines, least, most, longest, digits = false, ...on }: Props) {
  return (
    <fieldset className="builder-lines">
      <legend>{name}</legend>
      {lines.map((text, line) => (
        <div key={line} className="builder-line">
          <span className="builder-digit" aria-hidden>
            {digits ? line + 1 : '·'}
          </span>
          <Input
            aria-label={`${name} ${line + 1}`}
            value={text}
            maxLength={longest}
            onChange={({ target }) => on.onWrite(line, target.value)}
            onBlur={() => text.trim() !== text && on.onWrite(line, text.trim())}
            onPressEnter={(event) => {
              event.preventDefault();
              if (line === lines.length - 1 && lines.length < most) on.onAdd();
            }}
            onKeyDown={(event) => byKeys(event, (step) => on.onMove(line, step))}
          />
          <Button
            type="text"
            aria-label={`上移${name} ${line + 1}`}
            disabled={line === 0}
            onClick={() => on.onMove(line, -1)}
          >
            上移
          </Button>
          <Button
            type="text"
            aria-label={`删掉${name} ${line + 1}`}
            disabled={lines.length <= least}
            onClick={() => on.onRemove(line)}
          >
            删掉
          </Button>
        </div>
      ))}
      {lines.length < most && (
        <Button type="text" icon={<PlusOutlined aria-hidden />} onClick={on.onAdd}>
          添一个{name}
        </Button>
      )}
    </fieldset>
  );
}
