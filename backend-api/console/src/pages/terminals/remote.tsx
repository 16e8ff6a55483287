import { Button } from 'antd';

import { useAskTerminal, useRemoteActions } from '../../api/terminals';
import type { Terminal } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Problem } from '../../kit/problem';
import { DEEDS, deedName, progress } from './remote_words';

/** So many of what was asked are shown. */
const SHOWN = 5;

/** What a TV can be asked from afar, and how far it is with what it was asked. */
export function Remote({ terminal, may, now }: { terminal: Terminal; may: boolean; now: number }) {
  const { data, error, refetch } = useRemoteActions(terminal.id);
  const { mutateAsync: ask } = useAskTerminal(terminal.id);
  const confirm = useConfirm();
  if (!may && (data ?? []).length === 0) return null;
  return (
    <section className="remote" aria-labelledby="remote-title">
      <h3 id="remote-title">远程操作</h3>
      {may && (
        <div className="remote-acts">
          {DEEDS.map(({ kind, name, happens }) => (
            <Button
              key={kind}
              onClick={() =>
                void confirm({
                  title: `让“${terminal.name}”${name}？`,
                  content: happens,
                  okText: name,
                  cancelText: '不做',
                  run: () => ask(kind),
                })
              }
            >
              {name}…
            </Button>
          ))}
        </div>
      )}
      {error && <Problem error={error} retry={refetch} />}
      <ul>
        {(data ?? []).slice(0, SHOWN).map((one) => (
          <li key={one.id} data-state={one.state}>
            <b>{deedName(one.kind)}</b>（{one.asked_by}）：{progress(one, now)}
          </li>
        ))}
      </ul>
    </section>
  );
}
