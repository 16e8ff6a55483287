import { CheckCircleFilled, InfoCircleFilled, WarningFilled } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, Typography } from 'antd';
import { useEffect, useState } from 'react';

import { entryOf, useAuditHead } from '../../api/audit';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { AuditEntry, AuditHead } from '../../api/types';
import { Problem } from '../../kit/problem';
import type { Kept, Verdict } from './verdict';
import { gapIn, judged, keptIn } from './verdict';

/** Where this browser keeps the end it saw last. Another computer than the server's: that is the point. */
const KEPT = 'audit-head';

function keptHere(): Kept | null {
  try {
    return keptIn(localStorage.getItem(KEPT) ?? '');
  } catch {
    return null;
  }
}

function keep(text: string): void {
  try {
    localStorage.setItem(KEPT, text);
  } catch {
    // A browser that keeps nothing: then there is nothing to compare with the next time.
  }
}

const ICON = {
  good: <CheckCircleFilled aria-hidden />,
  bad: <WarningFilled aria-hidden />,
  unknown: <InfoCircleFilled aria-hidden />,
};

/** Whether the log is whole, as far as a page can tell, and its end to be written down. */
export function Chain({ rows }: { rows: readonly AuditEntry[] }) {
  const head = useAuditHead();
  if (head.error) return <Problem error={head.error} retry={head.refetch} />;
  if (!head.data || head.data.seq === 0) return null;
  return <Judged key={head.data.text} head={head.data} rows={rows} />;
}

function Judged({ head, rows }: { head: AuditHead; rows: readonly AuditEntry[] }) {
  const me = useMe().data;
  const organizations = useOrganizations().data;
  const own = organizations?.find(({ id }) => id === me?.organization.id);
  // Only those at the top see every entry.
  const seesAll = own !== undefined && own.parent_id == null;
  const [kept] = useState(keptHere);
  const [typed, setTyped] = useState('');
  const [said, setSaid] = useState<Verdict | null>(null);
  const compare = useMutation({
    mutationFn: async (one: Kept) => judged(one, await entryOf(one.seq), head.seq, seesAll),
    onSuccess: (verdict) => {
      setSaid(verdict);
      // What was kept stays until it is clear that nothing before was changed.
      if (verdict.kind !== 'bad') keep(head.text);
    },
  });
  const { mutate } = compare;
  const ready = organizations !== undefined;
  useEffect(() => {
    if (!ready) return;
    if (kept === null) keep(head.text);
    else mutate(kept);
  }, [ready, kept, head.text, mutate]);
  const gap = seesAll ? gapIn(rows) : null;
  const missing: Verdict | null =
    gap === null
      ? null
      : {
          kind: 'bad',
          title: `第 ${gap} 条不见了`,
          words: '编号本来不会断。请马上告诉平台管理员。',
        };
  const first: Verdict = {
    kind: 'unknown',
    title: `到第 ${head.seq.toLocaleString('en-US')} 条为止`,
    words: '这台电脑第一次看记录，还没有可以对照的。末尾已经记下，下次打开就能核对。',
  };
  const verdict = missing ?? said ?? first;
  const pasted = keptIn(typed);
  return (
    <section className={`card audit-head chain-${verdict.kind}`} aria-label="记录完不完整">
      <div className="audit-verdict" role="status">
        {ICON[verdict.kind]}
        <div>
          <b>{verdict.title}</b>
          <span>{verdict.words}</span>
        </div>
      </div>
      <p>
        现在的末尾：
        <Typography.Text code copyable={{ tooltips: ['复制', '已复制'] }}>
          {head.text}
        </Typography.Text>
        每月抄一次，存在别处；从头核对请平台管理员做。
      </p>
      <div className="audit-compare">
        <Input
          aria-label="以前抄下的末尾"
          placeholder="以前抄下的末尾，例如 48316:9f3a…"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button
          disabled={pasted === null}
          loading={compare.isPending}
          onClick={() => pasted && mutate(pasted)}
        >
          和它核对
        </Button>
        {typed.trim() !== '' && pasted === null && <span>要写成“编号:64 位校验”，整行照抄。</span>}
      </div>
      {compare.error && <Alert type="error" showIcon message="没有核对成，请再试一次。" />}
    </section>
  );
}
