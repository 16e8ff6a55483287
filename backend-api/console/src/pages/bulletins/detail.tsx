import { Alert, Button } from 'antd';
import { useNavigate } from 'react-router-dom';

import { useBulletin, useBulletinLog } from '../../api/bulletins';
import { useBulletinLists, useOrganizations } from '../../api/places';
import type { StaffBulletin } from '../../api/types';
import { Preview } from '../../bulletin/preview/preview';
import { BulletinSheet } from '../../bulletin/sheet';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { LinkButton } from '../../kit/link_button';
import { useMay } from '../../kit/may/use_may';
import { PrintButton } from '../../kit/print/sheet';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { BULLETIN_STATE, BULLETIN_TONE } from '../../words/bulletins';
import { takenBackWords } from '../../words/taken_back';
import { moment } from '../../words/time';
import { deed, who } from '../audit/words';
import { editAt, reviewAt } from '../bulletin/ways';
import { useSteps } from './steps';

interface Props {
  id: string;
  onClose: () => void;
}

/** A bulletin beside the list: how it stands, who changed it last, how the televisions show it. */
export function BulletinDetail({ id, onClose }: Props) {
  const { data: bulletin, error, refetch } = useBulletin(id);
  const organizations = useOrganizations().data ?? [];
  const lists = useBulletinLists().data ?? [];
  const now = useNow(60_000);
  const mayPreview = useMay()('write');
  if (!bulletin) {
    return (
      <Drawer open title="发布" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const { draft, state, version } = bulletin;
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name ?? code;
  const ends = draft.expires_at_ms;
  return (
    <Drawer
      open
      title={
        <>
          <span className="published bulletin-drawer-title">{draft.title}</span>
          <Tag tone={BULLETIN_TONE[state]}>{BULLETIN_STATE[state]}</Tag>
        </>
      }
      foot={<Acts bulletin={bulletin} />}
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      {bulletin.taken_back && (
        <Alert
          className="bulletin-urgent"
          type="warning"
          showIcon
          message={takenBackWords(bulletin.taken_back, now)}
        />
      )}
      {draft.urgent === true && (
        <Alert
          className="bulletin-urgent"
          type="warning"
          showIcon
          message="紧急插播：盖过所有画面"
        />
      )}
      <Facts
        facts={[
          ['栏目', lists.find(({ value }) => value === draft.list)?.label ?? draft.list],
          ['落款单位', nameOf(draft.organization_code)],
          ['给谁看', nameOf(draft.audience_code)],
          ['发布', bulletin.published_at_ms == null ? null : moment(bulletin.published_at_ms, now)],
          ['到期', ends == null ? '不到期' : moment(ends, now)],
          [
            '最后改动',
            `${moment(bulletin.updated_at_ms, now)}，${bulletin.updated_by ?? '系统'}，第 ${version} 版`,
          ],
          ['摘要', draft.summary ?? ''],
        ]}
      />
      <Preview
        article={{
          title: draft.title,
          office: nameOf(draft.organization_code),
          at_ms: bulletin.published_at_ms ?? now,
          body: draft.body,
        }}
        standing={mayPreview ? { id, version, dirty: false } : null}
      />
      <Log id={id} now={now} />
      <BulletinSheet
        title={draft.title}
        office={nameOf(draft.organization_code)}
        published_at_ms={bulletin.published_at_ms ?? null}
        body={draft.body}
      />
    </Drawer>
  );
}

/** Who wrote, handed in, returned, published: for who may read the records. */
function Log({ id, now }: { id: string; now: number }) {
  const may = useMay()('read_audit');
  const { data, error, refetch } = useBulletinLog(id, may);
  if (!may) return null;
  const entries = data?.items ?? [];
  return (
    <section aria-label="历次改动">
      <h3 className="section-title">历次改动</h3>
      {error && <Problem error={error} retry={refetch} />}
      <ol className="bulletin-log">
        {entries.map(({ seq, at_ms, actor, action }) => (
          <li key={seq}>
            <span>{moment(at_ms, now)}</span>
            <b>{who(actor)}</b>
            {deed(action)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Acts({ bulletin }: { bulletin: StaffBulletin }) {
  const { id, state } = bulletin;
  const may = useMay();
  const steps = useSteps();
  const navigate = useNavigate();
  const again = async () => {
    if (await steps.again(bulletin)) navigate(editAt(id));
  };
  const over = state === 'withdrawn' || state === 'expired';
  return (
    <>
      {state === 'published' && may('publish') && (
        <Button type="text" onClick={() => void steps.withdraw(bulletin)}>
          撤回…
        </Button>
      )}
      <PrintButton />
      <span className="spacer" />
      {over && may('publish') && (
        <Button type="primary" onClick={() => void again()}>
          再发一次…
        </Button>
      )}
      {over && !may('publish') && '要再发一次，请找有发布权限的人改成草稿。'}
      {!over && may('write') && (state !== 'published' || may('publish')) && (
        <LinkButton to={editAt(id)} type={state === 'submitted' ? 'default' : 'primary'}>
          {state === 'draft' ? '接着写' : '修改'}
        </LinkButton>
      )}
      {state === 'submitted' && may('publish') && (
        <LinkButton to={reviewAt(id)} type="primary">
          审核
        </LinkButton>
      )}
    </>
  );
}
