import type { RequestLine, ServiceRequest } from '../../api/types';
import { PrintSheet, SheetTable } from '../../kit/print/sheet';
import { happened, satisfied, SOLVED, SOURCE_OF, standing } from '../../words/requests';
import { moment } from '../../words/time';
import { left } from './clock';

/** On paper a day has its year: it is read later. */
const PAPER = 0;

interface ListProps {
  title: string;
  lines: readonly RequestLine[];
  /** There are more than are listed. */
  more: boolean;
  now: number;
}

/** The work on paper, as the list has it. */
export function RequestsSheet({ title, lines, more, now }: ListProps) {
  return (
    <PrintSheet title={title} note={`${lines.length} 件。${more ? '后面还有，翻页再印。' : ''}`}>
      <SheetTable
        head={['编号', '类别', '内容', '谁问的', '收到', '现在由', '怎么样了', '期限']}
        rows={lines.map((line) => [
          line.number,
          line.category,
          line.summary,
          [line.household, line.asker].filter((part) => part).join(' '),
          moment(line.received_at_ms, PAPER),
          line.office.name,
          standing(line),
          line.due_at_ms == null
            ? '—'
            : `${moment(line.due_at_ms, PAPER)}（${left(line.due_at_ms, now)}）`,
        ])}
      />
    </PrintSheet>
  );
}

/** One request on paper with all that happened to it; the telephone number stays masked. */
export function RequestSheet({ request }: { request: ServiceRequest }) {
  const { line, household, asker, phone_masked: phone, verdict } = request;
  const who = [household?.name, asker?.name ?? line.asker].filter((part) => part).join(' ');
  return (
    <PrintSheet
      title={`${line.category}：${line.summary || line.number}`}
      note={`编号 ${line.number}，${standing(line)}`}
      signed={['经办人']}
    >
      <SheetTable
        head={['谁问的', '电话', '来自', '提出', '现在由', '本人说']}
        rows={[
          [
            who,
            phone ?? '没有留',
            SOURCE_OF[request.source],
            moment(request.asked_at_ms ?? line.received_at_ms, PAPER),
            line.office.name,
            verdict == null
              ? '还没有说'
              : `${SOLVED[verdict]}，满意度：${satisfied(request.satisfaction)}`,
          ],
        ]}
      />
      <h2>经过</h2>
      <SheetTable
        head={['时间', '谁', '怎么了', '说了什么']}
        rows={request.history.map((entry) => {
          const files = entry.attachments?.length ?? 0;
          return [
            moment(entry.at_ms, PAPER),
            entry.who ?? '',
            `${happened(entry)}${entry.is_internal ? '（只给工作人员看）' : ''}`,
            `${entry.text ?? ''}${files > 0 ? `（附件 ${files} 个）` : ''}`,
          ];
        })}
      />
    </PrintSheet>
  );
}
