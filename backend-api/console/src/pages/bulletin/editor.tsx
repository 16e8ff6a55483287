import { CloudOutlined, SendOutlined, WarningFilled } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { useStep } from '../../api/bulletins';
import { sentence } from '../../api/refusal';
import type {
  BulletinDraft,
  BulletinState,
  Confirmations,
  Me,
  StaffBulletin,
} from '../../api/types';
import { unkeyed, withoutEmpty } from '../../bulletin/blocks';
import { Preview } from '../../bulletin/preview/preview';
import type { Confirmed, Looked } from '../../bulletin/writing';
import {
  confirmationsOf,
  findings,
  maskedEverywhere,
  picturesOf,
  unlooked,
  unsettled,
  writingOf,
} from '../../bulletin/writing';
import { useConfirm } from '../../kit/confirm/confirm';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { BULLETIN_STATE, BULLETIN_TONE } from '../../words/bulletins';
import { takenBackWords } from '../../words/taken_back';
import { clock } from '../../words/time';
import { Body } from './body';
import { ConflictNotice, JoinedNotice } from './changes';
import { Checks } from './checks';
import { Fields, Labelled } from './fields';
import type { Names } from './names';
import type { Saving } from './use_saving';
import { useSaving } from './use_saving';
import { useWriting } from './use_writing';
import { LIST_AT } from './ways';

interface Props {
  /** What it is called in this browser. */
  id: string;
  me: Me;
  /** What `draft` was written on. */
  first: StaffBulletin | null;
  draft: BulletinDraft;
  confirmed: Confirmed;
  looked: Looked;
  names: Names;
  onMade: (made: StaffBulletin) => void;
}

const LOST = {
  title: '这台电脑存不下草稿，离开就丢了',
  content: '浏览器的存储满了，或者不让存。请先存到服务器，再离开。',
  okText: '仍然离开',
  cancelText: '留在这里',
} as const;

/** The page on which a bulletin is written, with the television beside it. */
export function Editor(props: Props) {
  const { id, me, first, names } = props;
  const [start] = useState(() => writingOf(props.draft));
  const desk = useWriting(start, props.confirmed, props.looked);
  const saving = useSaving({ login: me.login, id, first, desk, onMade: props.onMade });
  const { standing } = saving;
  const state: BulletinState = standing?.state ?? 'draft';
  const [asked, setAsked] = useState(false);
  useLeaveGuard(!saving.isKept && saving.isDirty, LOST);
  const { writing, confirmed, looked } = desk;
  const found = findings(writing);
  const open = unsettled(writing, confirmed);
  const wrong = asked ? saving.incomplete : [];
  return (
    <Page
      title={first === null ? '写一条' : '修改'}
      up={{ to: LIST_AT, title: '发布' }}
      note={<Tag tone={BULLETIN_TONE[state]}>{BULLETIN_STATE[state]}</Tag>}
    >
      <div className="writing">
        <div className="writing-left">
          {saving.conflict && (
            <ConflictNotice conflict={saving.conflict} names={names} saving={saving} />
          )}
          <JoinedNotice saving={saving} now={names.now} />
          {standing?.taken_back && state !== 'published' && (
            <Alert
              type="warning"
              showIcon
              message={takenBackWords(standing.taken_back, names.now)}
            />
          )}
          <Fields desk={desk} troubles={wrong} />
          <Labelled
            label="正文"
            wide
            wrong={
              wrong
                .filter(({ at }) => at === 'body')
                .map(({ words }) => words)
                .join('；') || undefined
            }
          >
            <Body desk={desk} />
          </Labelled>
        </div>
        <div className="writing-right">
          <Preview
            article={{
              title: writing.title,
              office: names.organizationOf(writing.organization_code),
              at_ms: standing?.published_at_ms ?? names.now,
              body: withoutEmpty(unkeyed(writing.body)),
            }}
            standing={standing && { ...standing, dirty: saving.isDirty }}
            save={async () => {
              if (saving.incomplete.length > 0) setAsked(true);
              // What is published would change on every television.
              if (saving.isDirty && (!saving.savesItself || saving.incomplete.length > 0)) {
                return standing;
              }
              return saving.saveNow();
            }}
          />
          <Checks
            findings={found}
            confirmed={confirmed}
            onMask={(digits) => desk.write((now) => maskedEverywhere(now, digits))}
            onConfirm={desk.confirm}
            pictures={picturesOf(writing)}
            looked={looked}
            onLook={desk.look}
            onCover={saving.cover}
          />
        </div>
      </div>
      <Foot
        saving={saving}
        state={state}
        open={open.length}
        unseen={unlooked(writing, looked).length}
        said={() => confirmationsOf(desk.latest(), confirmed, looked)}
        names={names}
        draft={writing}
        onAsked={() => setAsked(true)}
      />
    </Page>
  );
}

interface FootProps {
  saving: Saving;
  state: BulletinState;
  /** Numbers that are neither masked nor may stand. */
  open: number;
  /** Pictures that nobody has looked at. */
  unseen: number;
  /** What whoever publishes answers for. */
  said: () => Confirmations;
  names: Names;
  draft: Pick<BulletinDraft, 'title' | 'urgent' | 'audience_code'>;
  /** Somebody wants to hand it in: what is missing is said from now on. */
  onAsked: () => void;
}

/** How the text is kept, and what can be done with it. */
function Foot({ saving, state, open, unseen, said: saidOf, names, draft, onAsked }: FootProps) {
  const may = useMay();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const { mutateAsync: step } = useStep();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (trouble !== null) said.current?.scrollIntoView({ block: 'nearest' });
  }, [trouble]);
  const where = names.organizationOf(draft.audience_code);

  const leave = (id: string) => {
    saving.end();
    navigate(`${LIST_AT}?open=${id}`);
  };
  const save = async () => {
    await saving.saveNow();
  };
  /** Whether nothing stands against it. */
  const isFit = () => {
    onAsked();
    setTrouble(null);
    const [first] = saving.incomplete;
    if (first === undefined) return true;
    setTrouble(saving.incomplete.map(({ words }) => words).join('；'));
    return false;
  };
  const doing = async (deed: () => Promise<void>) => {
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const sure = async (publishes: boolean): Promise<boolean> => {
    if (!publishes) return true;
    const urgent = draft.urgent === true;
    const answer = await confirm({
      title: urgent
        ? '紧急插播，马上盖过所有画面？'
        : state === 'published'
          ? '更新电视上的内容？'
          : '发布到电视？',
      content: urgent
        ? `${where}范围内的电视，不管正在看什么，都会马上跳出“${draft.title}”，看过为止。`
        : `${where}范围内的电视马上显示“${draft.title}”。您的名字记入记录。`,
      okText: urgent ? '紧急插播' : state === 'published' ? '更新' : '发布',
      cancelText: '再看看',
    });
    return answer !== null;
  };
  const finish = async (publishes: boolean) => {
    if (!isFit() || !(await sure(publishes))) return;
    await doing(async () => {
      const saved = await saving.saveNow();
      if (saved === null) return;
      let now = saved;
      if (now.state === 'draft')
        now = await step({ step: 'submit', id: now.id, version: now.version });
      if (publishes && now.state === 'submitted') {
        const { id, version } = now;
        now = await step({ step: 'publish', id, version, said: saidOf() });
      }
      leave(now.id);
    });
  };
  /** What can be on the server by then is; the rest is in this browser, and the list offers it again. */
  const close = async () => {
    const fit = saving.savesItself && saving.isDirty && saving.incomplete.length === 0;
    if (fit) await doing(save);
    navigate(LIST_AT);
  };
  const saveOnly = async () => {
    if (!isFit()) return;
    await doing(save);
  };

  const blocked = open > 0 || saving.conflict !== null;
  const why =
    saving.conflict !== null
      ? '先看别人改了什么，再提交'
      : open > 0
        ? `先处理 ${open} 个号码，再提交`
        : unseen > 0
          ? `还有 ${unseen} 张图片没有确认，确认了才能发布`
          : state === 'draft' && !may('publish')
            ? '提交以后由有发布权限的人审核'
            : '';
  return (
    <>
      {(trouble !== null || saving.error !== null) && (
        <div ref={said} className="writing-trouble" role="alert">
          {trouble !== null && <Alert type="error" showIcon message={trouble} />}
          {saving.error !== null && (
            <Problem
              error={saving.error}
              retry={() => doing(save)}
              more="写的内容还在这台电脑上，不会丢。"
            />
          )}
        </div>
      )}
      <footer className="writing-foot">
        <Kept saving={saving} />
        <span className="spacer" />
        {why !== '' && <span className="writing-why">{why}</span>}
        <Button disabled={busy} onClick={() => void close()}>
          关闭
        </Button>
        {state === 'draft' && (
          <Button
            loading={saving.saving && !busy}
            disabled={busy || blockedSave(saving)}
            onClick={() => void saveOnly()}
          >
            存到服务器
          </Button>
        )}
        {state === 'draft' && (
          <Button
            type={may('publish') ? 'default' : 'primary'}
            icon={<SendOutlined aria-hidden />}
            disabled={busy || blocked}
            onClick={() => void finish(false)}
          >
            提交审核
          </Button>
        )}
        {state === 'draft' && may('publish') && (
          <Button
            type="primary"
            loading={busy}
            disabled={blocked || unseen > 0}
            onClick={() => void finish(true)}
          >
            {draft.urgent === true ? '紧急插播…' : '发布…'}
          </Button>
        )}
        {state === 'submitted' && (
          <Button
            type="primary"
            loading={busy}
            disabled={blocked || !saving.isDirty}
            onClick={() => void saveOnly()}
          >
            保存，等审核
          </Button>
        )}
        {state === 'published' && may('publish') && (
          <Button
            type="primary"
            loading={busy}
            disabled={blocked || unseen > 0 || !saving.isDirty}
            onClick={() => void finish(true)}
          >
            更新到电视…
          </Button>
        )}
      </footer>
    </>
  );
}

const blockedSave = ({ conflict, isDirty }: Saving) => conflict !== null || !isDirty;

/** Where what was written is now. */
function Kept({ saving }: { saving: Saving }) {
  const { isKept, isDirty, saving: busy, savedAt, savesItself, standing, incomplete } = saving;
  if (!isKept && isDirty) {
    return (
      <span className="writing-kept writing-not-kept">
        <WarningFilled aria-hidden /> 这台电脑存不下草稿，请尽快存到服务器
      </span>
    );
  }
  const words = busy
    ? '正在存到服务器'
    : !isDirty
      ? savedAt !== null
        ? `草稿自己存好了，${clock(savedAt)}`
        : standing === null
          ? '写的内容会自己存好'
          : '和服务器上的一样'
      : !savesItself
        ? '改动先存在这台电脑上，点右边的按钮才存到服务器'
        : incomplete.length > 0
          ? `草稿存在这台电脑上；还差：${incomplete.map((one) => one.words).join('，')}`
          : '草稿存在这台电脑上，停笔后自己存到服务器';
  return (
    <span className="writing-kept" role="status">
      <CloudOutlined aria-hidden /> {words}
    </span>
  );
}
