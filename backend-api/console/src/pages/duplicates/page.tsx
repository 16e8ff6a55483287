import './duplicates.css';

import { useQueries } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { memberNow, useDuplicates } from '../../api/members';
import type { DuplicateGroup, Member } from '../../api/types';
import { useAddress } from '../../kit/address/use_address';
import { Collection } from '../../kit/collection/collection';
import { byCursor } from '../../kit/collection/pages';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useMemberActs } from '../members/acts';
import { compared } from './compare';

/** 可能重了: people with one identity number, beside each other. Nobody is ever merged. */
export function DuplicatesPage() {
  const { cursor, page, forward, backward } = useAddress({});
  const duplicates = useDuplicates(cursor);
  const rows = duplicates.data?.items ?? [];
  return (
    <Page
      title="人员与户"
      tab="可能重了"
      note="身份证号相同的人。系统不会自动合并：看清是同一个人，就把多出来的那一份登记离开；不是，就改对号码。"
    >
      <Collection
        query={duplicates}
        rows={rows}
        rowKey={({ member_id }) => member_id}
        empty="没有身份证号相同的人。"
        pager={byCursor({
          page,
          shown: rows.length,
          next: duplicates.data?.next,
          forward,
          backward,
        })}
        bare
      >
        {(shown) => shown.map((group) => <Group key={group.member_id} group={group} />)}
      </Collection>
    </Page>
  );
}

function Group({ group }: { group: DuplicateGroup }) {
  const [open, setOpen] = useState(false);
  const places = group.people.map(({ name, organization }) => `${name}（${organization.name}）`);
  return (
    <section className="card duplicate" aria-label={places.join('、')}>
      <div className="duplicate-head">
        <strong>{places.join(' 和 ')}</strong>
        <Tag tone="due">身份证号相同</Tag>
        <span className="spacer" />
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? '收起' : '并排看'}
        </Button>
      </div>
      {open && <SideBySide ids={group.people.map(({ member_id }) => member_id)} />}
    </section>
  );
}

/** Asked for when it is opened: each reading of somebody is kept in the records. */
function SideBySide({ ids }: { ids: readonly string[] }) {
  const may = useMay();
  const acts = useMemberActs();
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['member', id],
      queryFn: () => memberNow(id),
      refetchOnWindowFocus: false,
      staleTime: 60_000,
    })),
  });
  const failed = found.find(({ error }) => error !== null);
  if (failed) return <Problem error={failed.error} retry={failed.refetch} />;
  const people = found.flatMap(({ data }): Member[] => (data ? [data] : []));
  if (people.length < ids.length) return <p role="status">正在读取</p>;
  return (
    <table className="duplicate-table">
      <tbody>
        {compared(people).map(({ label, values, differs }) => (
          <tr key={label} className={differs ? 'duplicate-differs' : ''}>
            <th scope="row">
              {label}
              {differs && <small>不一样</small>}
            </th>
            {values.map((value, n) => (
              <td key={ids[n]}>{value || '—'}</td>
            ))}
          </tr>
        ))}
        <tr>
          <th scope="row">办理</th>
          {people.map((member) => (
            <td key={member.id}>
              <Link to={`/people?open=${member.id}&who=${member.left_at_ms ? 'left' : 'here'}`}>
                打开资料
              </Link>
              {may('write_members') && (member.left_at_ms ?? null) === null && (
                <Button type="text" onClick={() => void acts.leave(member)}>
                  登记离开…
                </Button>
              )}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}
