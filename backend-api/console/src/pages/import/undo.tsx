import { Alert, Button } from 'antd';
import { useState } from 'react';

import { useImports, useUndoImport } from '../../api/import';
import type { MemberImport, MemberImportUndone } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { useMay } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';

/** 撤回: imports of the last day, each taken back as a whole as far as nothing happened since. */
export function Imports() {
  const imports = useImports();
  const undo = useUndoImport();
  const confirm = useConfirm();
  const may = useMay();
  const now = useNow(60_000);
  const [done, setDone] = useState<MemberImportUndone | null>(null);
  const rows = (imports.data ?? []).filter(({ until_ms }) => until_ms > now);
  if (imports.error && !imports.data) {
    return <Problem error={imports.error} retry={imports.refetch} />;
  }
  if (rows.length === 0 && done === null) return null;
  const asks = async ({ id, added, changed }: MemberImport) => {
    await confirm({
      title: '撤回这次导入？',
      content: `新增的 ${added} 人去掉，更改的 ${changed} 人恢复原来的样子。导入以后又改过、点过名的人不动，撤回后逐个列出来。`,
      okText: '撤回',
      cancelText: '不撤',
      run: async () => setDone(await undo.mutateAsync(id)),
    });
  };
  return (
    <section aria-label="可以撤回的导入">
      <h2>一天之内的导入，可以整批撤回</h2>
      {done !== null && <Done done={done} />}
      <ul className="import-undo">
        {rows.map((one) => (
          <li key={one.id}>
            <span>
              {moment(one.at_ms, now)} {one.by}（{one.organization.name}）新增 {one.added} 人，更改{' '}
              {one.changed} 人，{moment(one.until_ms, now)} 前可以撤
            </span>
            {may('write_members') && <Button onClick={() => void asks(one)}>撤回…</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Done({ done }: { done: MemberImportUndone }) {
  const { removed, restored, households, kept } = done;
  return (
    <Alert
      type={kept.length > 0 ? 'warning' : 'success'}
      showIcon
      message={`撤回了：去掉 ${removed} 人，恢复 ${restored} 人${
        households > 0 ? `，去掉空户 ${households} 个` : ''
      }${kept.length > 0 ? `；${kept.length} 人没有动` : ''}。`}
      description={
        kept.length > 0 && (
          <ul>
            {kept.map(({ member_id, name, why }) => (
              <li key={member_id}>
                {name ?? '已转到别处的人'}：{why}
              </li>
            ))}
          </ul>
        )
      }
    />
  );
}
