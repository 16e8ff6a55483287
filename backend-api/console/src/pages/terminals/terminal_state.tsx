import type { Terminal } from '../../api/types';
import { Tag } from '../../kit/tag/tag';
import { presence, PRESENCE_TONE, silence, STORAGE_FAULT, storageFault } from '../../words/silence';

/** Whether a TV is there, for how long it is not, and whether it can keep anything. */
export function TerminalState({ terminal, now }: { terminal: Terminal; now: number }) {
  const is = presence(terminal, now);
  const fault = is === 'revoked' ? null : storageFault(terminal);
  return (
    <span className="terminal-state">
      <Tag tone={PRESENCE_TONE[is]}>{silence(terminal, now)}</Tag>
      {fault !== null && <Tag tone="fault">{STORAGE_FAULT[fault]}</Tag>}
    </span>
  );
}
