import '../../kit/form_dialog/form_dialog.css';
import '../bulletins/bulletins.css';
import './bulletin.css';

import { Alert, Button, Spin } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router-dom';

import { useBulletin } from '../../api/bulletins';
import { useBulletinLists, useOrganizations } from '../../api/places';
import { Refusal } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { BulletinDraft, Me, StaffBulletin } from '../../api/types';
import { differences } from '../../bulletin/merge';
import type { KeptDraft } from '../../bulletin/shelf';
import { DRAFTS, isNew } from '../../bulletin/shelf';
import { confirmedOf, lookedOf } from '../../bulletin/writing';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { moment } from '../../words/time';
import { Changes } from './changes';
import { Editor } from './editor';
import { useNames } from './use_names';
import { editAt, LIST_AT } from './ways';

const UP = { to: LIST_AT, title: '发布' } as const;

/** A new one stands for the own organization, which sees it. */
const blank = (me: Me, urgent: boolean): BulletinDraft => ({
  list: '',
  organization_code: me.organization_code,
  audience_code: me.organization_code,
  title: '',
  summary: '',
  urgent,
  body: [],
});

/** Writes a bulletin. While a new one gets its address the page stays as it is. */
export function BulletinPage() {
  const { id = '' } = useParams();
  const { state } = useLocation() as { state: { session?: string } | null };
  return <Waiting key={state?.session ?? id} id={id} />;
}

/** Waits for what the page needs. */
function Waiting({ id: first }: { id: string }) {
  // The id of this writing stays, also when the server gives it one of its own.
  const [id] = useState(first);
  const me = useMe().data;
  const bulletin = useBulletin(isNew(id) ? null : id);
  const organizations = useOrganizations();
  const lists = useBulletinLists();
  const error = bulletin.error ?? organizations.error ?? lists.error;
  const gone = error instanceof Refusal && error.status === 404;
  const ready = me && organizations.data && lists.data && (isNew(id) || bulletin.data);
  if (ready) {
    return <Offered id={id} me={me} bulletin={bulletin.data ?? null} />;
  }
  return (
    <Page title={isNew(id) ? '写一条' : '修改'} up={UP}>
      {error ? (
        <Problem
          error={error}
          {...(gone
            ? {}
            : {
                retry: () =>
                  Promise.all([bulletin.refetch(), organizations.refetch(), lists.refetch()]),
              })}
        />
      ) : (
        <div className="center" role="status" aria-label="正在读取">
          <Spin size="large" />
        </div>
      )}
    </Page>
  );
}

/** Why it cannot be written here. */
function barred(
  bulletin: StaffBulletin | null,
  mayWrite: boolean,
  mayPublish: boolean,
): string | null {
  if (!mayWrite) return '您的账号没有写公示的权限。';
  if (bulletin === null) return null;
  if (bulletin.state === 'published' && !mayPublish) {
    return '它已经在电视上了，改动马上显示，要由有发布权限的人来改。';
  }
  if (bulletin.state === 'withdrawn' || bulletin.state === 'expired') {
    return '它已经不在电视上了。要改，请在列表里打开它，先点“再发一次”改成草稿。';
  }
  return null;
}

interface OfferedProps {
  id: string;
  me: Me;
  bulletin: StaffBulletin | null;
}

/** What was written here before and is not on the server is offered again, with what differs. */
function Offered({ id, me, bulletin }: OfferedProps) {
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const names = useNames();
  // As it stood when the page was opened: what comes later is for the editor.
  const [first] = useState(bulletin);
  const [kept] = useState(() => DRAFTS.get(localStorage, me.login, id));
  const [taken, setTaken] = useState<KeptDraft | 'server' | null>(() => {
    // A new one is nowhere else.
    if (kept === null || first === null) return kept ?? 'server';
    return differences(first.draft, kept.draft).length === 0 ? 'server' : null;
  });
  const { login } = me;
  const may = useMay();
  const why = barred(first, may('write'), may('publish'));
  if (why !== null) {
    return (
      <Page title="修改" up={UP}>
        <Alert type="warning" showIcon message={why} />
      </Page>
    );
  }
  if (taken === null && kept !== null && first !== null) {
    const newer = kept.version !== null && kept.version < first.version;
    return (
      <Page title="修改" up={UP}>
        <Alert
          type="info"
          showIcon
          message={`${moment(kept.at_ms, names.now)} 您在这台电脑上写的，还没有存到服务器`}
          description={
            <>
              {newer && (
                <p>
                  后来{first.updated_by ?? '别人'}
                  也改过。接着写的话，存的时候会让您看到别人改了什么。
                </p>
              )}
              <Changes
                differences={differences(first.draft, kept.draft)}
                names={names}
                before="服务器上的"
                after="您写的"
              />
              <div className="conflict-acts">
                <Button type="primary" onClick={() => setTaken(kept)}>
                  接着写
                </Button>
                <Button
                  onClick={() => {
                    DRAFTS.put(localStorage, login, id, null);
                    setTaken('server');
                  }}
                >
                  不要了，用服务器上的
                </Button>
              </div>
            </>
          }
        />
      </Page>
    );
  }
  const from = taken === 'server' || taken === null ? null : taken;
  return (
    <Editor
      id={id}
      me={me}
      // Written on an older version: the newer one is met as if it came now.
      first={
        first && from?.before != null && from.version !== null
          ? { ...first, version: from.version, draft: from.before }
          : first
      }
      draft={from?.draft ?? first?.draft ?? blank(me, query.get('urgent') === '1')}
      confirmed={from?.confirmed ?? (first ? confirmedOf(first.confirmed) : {})}
      looked={from?.looked ?? (first ? lookedOf(first.confirmed) : [])}
      names={names}
      onMade={(made) => navigate(editAt(made.id), { replace: true, state: { session: id } })}
    />
  );
}
