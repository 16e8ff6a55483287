import type { HistoryEntry } from '../../api/types';
import { Tag } from '../../kit/tag/tag';
import { happened, mood } from '../../words/requests';
import { moment } from '../../words/time';
import { Attachments } from './attachments';

interface Props {
  request: string;
  history: readonly HistoryEntry[];
  now: number;
}

/** Everything that happened to a request, the oldest first. */
export function History({ request, history, now }: Props) {
  return (
    <ol className="request-history">
      {history.map((entry) => (
        <li key={entry.number} className={`request-${mood(entry.what)}`}>
          <b>{moment(entry.at_ms, now)}</b> {entry.who} {happened(entry)}
          {entry.is_internal && <Tag tone="plain">只有工作人员看得到</Tag>}
          {entry.text && <p>{entry.text}</p>}
          <Attachments request={request} files={entry.attachments ?? []} />
        </li>
      ))}
    </ol>
  );
}
