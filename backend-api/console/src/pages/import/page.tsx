import '../members/members.css';
import './import.css';

import { useCallback, useState } from 'react';
import { useParams } from 'react-router-dom';

import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { Page } from '../../kit/page/page';
import { Problem as Trouble } from '../../kit/problem';
import { NotFound } from '../not_found';
import type { What } from './columns';
import { useKeptWork } from './kept';
import { Start } from './start';
import { Table } from './table';
import { Imports } from './undo';
import type { Work } from './work';
import { begun } from './work';

const UP: Record<What, { to: string; title: string }> = {
  members: { to: '/people', title: '人员与户' },
  households: { to: '/people/households', title: '户' },
};

const TITLE: Record<What, string> = { members: '从表格导入人员', households: '从表格导入户' };

/** 从表格导入: chosen or pasted, every fault mended in its cell, and only then written. */
export function ImportPage() {
  const { what } = useParams();
  const me = useMe().data;
  if (what !== 'members' && what !== 'households') return <NotFound />;
  return <Importing key={what} what={what} login={me?.login ?? ''} />;
}

function Importing({ what, login }: { what: What; login: string }) {
  const [work, setWork] = useKeptWork(`${login} ${what}`);
  const [note, setNote] = useState<string | null>(null);
  const organizations = useOrganizations();
  const change = useCallback(
    (next: (now: Work) => Work) => setWork((now) => (now === null ? null : next(now))),
    [setWork],
  );
  const step = work === null ? 0 : work.written.size > 0 ? 2 : 1;
  return (
    <Page
      title={TITLE[what]}
      up={UP[what]}
      note={
        <span className="import-steps">
          {['选文件', '看问题', '确认'].map((words, n) => (
            <span key={words} aria-current={n === step ? 'step' : undefined}>
              {n + 1} {words}
            </span>
          ))}
        </span>
      }
      flush
    >
      {organizations.error && !organizations.data && (
        <Trouble error={organizations.error} retry={organizations.refetch} />
      )}
      {work === null ? (
        <Start
          what={what}
          onRead={(file, table) => {
            setNote(table.note);
            setWork(begun(what, file, table.sheet, ''));
          }}
        >
          {what === 'members' && <Imports />}
        </Start>
      ) : (
        organizations.data && (
          <Table
            work={work}
            note={note}
            organizations={organizations.data}
            onWork={change}
            onLeave={() => setWork(null)}
          />
        )
      )}
    </Page>
  );
}
