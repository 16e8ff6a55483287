import type { Terminal } from '../../api/types';
import { Tag } from '../../kit/tag/tag';
import { presence, PRESENCE_TONE, silence } from '../../words/silence';

/** Whether a TV is there, and for how long it is not. */
export function TerminalState({ terminal, now }: { terminal: Terminal; now: number }) {
  return <Tag tone={PRESENCE_TONE[presence(terminal, now)]}>{silence(terminal, now)}</Tag>;
}
