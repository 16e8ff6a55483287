import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';

import type { Span } from './year';
import { hoursTroubles, USUAL } from './year';

interface Props {
  /** None: the usual ones. */
  hours: readonly Span[];
  onChange: (hours: readonly Span[]) => void;
}

/** As many as the server takes. */
const MOST = 6;

/** The hours of a working day. */
export function Hours({ hours, onChange }: Props) {
  const troubles = hoursTroubles(hours);
  const write = (at: number, more: Partial<Span>) =>
    onChange(hours.map((span, index) => (index === at ? { ...span, ...more } : span)));
  return (
    <section className="card work-part" aria-labelledby="work-hours">
      <h2 id="work-hours">每天几点到几点</h2>
      {hours.length === 0 && (
        <>
          <p>{USUAL.map(({ from, to }) => `${from}—${to}`).join('，')}</p>
          <Button onClick={() => onChange(USUAL)}>改时间</Button>
        </>
      )}
      <ul>
        {hours.map(({ from, to }, index) => (
          // A span is its place.
          <li key={index}>
            <span className="work-span">
              <Input
                value={from}
                maxLength={5}
                aria-label={`第 ${index + 1} 段开始`}
                status={troubles[index] === null ? '' : 'error'}
                onChange={(event) => write(index, { from: event.target.value })}
              />
              —
              <Input
                value={to}
                maxLength={5}
                aria-label={`第 ${index + 1} 段结束`}
                status={troubles[index] === null ? '' : 'error'}
                onChange={(event) => write(index, { to: event.target.value })}
              />
              <Button
                type="text"
                icon={<DeleteOutlined aria-hidden />}
                aria-label={`删去第 ${index + 1} 段`}
                title="删去这一段；都删去就用平常的时间"
                onClick={() => onChange(hours.filter((_, other) => other !== index))}
              />
            </span>
            {troubles[index] !== null && <small role="alert">{troubles[index]}</small>}
          </li>
        ))}
      </ul>
      {hours.length > 0 && hours.length < MOST && (
        <Button
          icon={<PlusOutlined aria-hidden />}
          onClick={() => onChange([...hours, { from: '', to: '' }])}
        >
          加一段
        </Button>
      )}
    </section>
  );
}
