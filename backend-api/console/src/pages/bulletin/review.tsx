import '../bulletins/bulletins.css';
import './bulletin.css';
import './review.css';

import { CheckOutlined, RollbackOutlined } from '@ant-design/icons';
import { Alert, Button, Image, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { fileAt, useBulletin, useCoverPicture, useSubmitted } from '../../api/bulletins';
import { sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { PictureRegion, StaffBulletin } from '../../api/types';
import { differences } from '../../bulletin/merge';
import { Preview } from '../../bulletin/preview/preview';
import { SEEN } from '../../bulletin/shelf';
import type { Confirmed } from '../../bulletin/writing';
import {
  confirmationsOf,
  findings,
  lookedOf,
  picturesOf,
  unlooked,
  unsettled,
  writingOf,
} from '../../bulletin/writing';
import { Facts } from '../../kit/drawer/drawer';
import { LinkButton } from '../../kit/link_button';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { BULLETIN_STATE, BULLETIN_TONE } from '../../words/bulletins';
import { takenBackWords } from '../../words/taken_back';
import { moment } from '../../words/time';
import { useSteps } from '../bulletins/steps';
import { Changes } from './changes';
import { Checks } from './checks';
import { useNames } from './use_names';
import { editAt, LIST_AT, reviewAt } from './ways';

const UP = { to: LIST_AT, title: '发布' } as const;

/** 审核: what waits, as the televisions will show it, with what was found in it. */
export function ReviewPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useBulletin(id);
  const may = useMay();
  if (data && may('publish')) return <Review key={id} bulletin={data} />;
  return (
    <Page title="审核" up={UP}>
      {data ? (
        <Alert type="warning" showIcon message="您的账号没有发布权限，不能审核。" />
      ) : error ? (
        <Problem error={error} retry={refetch} />
      ) : (
        <div className="center" role="status" aria-label="正在读取">
          <Spin size="large" />
        </div>
      )}
    </Page>
  );
}

function Review({ bulletin }: { bulletin: StaffBulletin }) {
  const { id, draft, state, version } = bulletin;
  const names = useNames();
  const navigate = useNavigate();
  const steps = useSteps();
  const [confirmed, setConfirmed] = useState<Confirmed>({});
  const [lookedHere, setLookedHere] = useState<readonly string[]>([]);
  const { mutateAsync: coverOne } = useCoverPicture();
  const waiting = useSubmitted().data ?? [];
  const place = waiting.findIndex((one) => one.id === id);
  const next = waiting[place + 1] ?? (place > 0 ? waiting[0] : undefined);
  const writing = writingOf(draft);
  const found = findings(writing);
  const open = unsettled(writing, confirmed);
  const looked = [...lookedOf(bulletin.confirmed), ...lookedHere];
  const unseen = unlooked(writing, looked).length;
  const cover = async (name: string, regions: PictureRegion[]) => {
    try {
      await coverOne({ id, version, name, regions });
      return null;
    } catch (error) {
      return sentence(error);
    }
  };
  const onwards = () => navigate(next && next.id !== id ? reviewAt(next.id) : LIST_AT);
  const after = async (done: Promise<boolean>) => {
    if (await done) onwards();
  };
  const stands = state === 'submitted';
  const ends = draft.expires_at_ms;
  return (
    <Page
      title="审核"
      up={UP}
      note={
        <>
          <Tag tone={BULLETIN_TONE[state]}>{BULLETIN_STATE[state]}</Tag>
          {place >= 0 && ` 待审第 ${place + 1} 条，共 ${waiting.length} 条`}
        </>
      }
    >
      <div className="review">
        <div className="review-left">
          <Preview
            auto
            first="1"
            article={{
              title: draft.title,
              office: names.organizationOf(draft.organization_code),
              at_ms: names.now,
              body: draft.body,
            }}
            standing={{ id, version, dirty: false }}
          />
          <Photos bulletin={bulletin} />
        </div>
        <div className="review-right">
          <section className="card review-card" aria-label="是什么">
            <h2 className="published">{draft.title}</h2>
            <Facts
              facts={[
                [
                  '谁提交',
                  `${names.organizationOf(draft.organization_code)} ${bulletin.updated_by ?? ''}，${moment(bulletin.updated_at_ms, names.now)}，第 ${version} 版`,
                ],
                ['栏目', names.listOf(draft.list)],
                ['发到哪', names.organizationOf(draft.audience_code)],
                ['到期', ends == null ? '不到期' : moment(ends, names.now)],
                ['紧急插播', draft.urgent === true ? '是，盖过所有画面' : null],
                ['危及生命', draft.danger === true ? '是，夜里也响' : null],
                ['摘要', draft.summary ?? ''],
              ]}
            />
          </section>
          {bulletin.taken_back && (
            <Alert
              type="info"
              showIcon
              message={`上次 ${takenBackWords(bulletin.taken_back, names.now)}`}
            />
          )}
          {!stands && (
            <Alert
              type="info"
              showIcon
              message={`它现在是“${BULLETIN_STATE[state]}”，不用审了。`}
            />
          )}
          <Checks
            findings={found}
            confirmed={confirmed}
            onConfirm={(digits, reason) => setConfirmed((all) => ({ ...all, [digits]: reason }))}
            wrote={bulletin.confirmed.numbers ?? []}
            pictures={picturesOf(writing)}
            looked={looked}
            onLook={(name) => setLookedHere((all) => [...all, name])}
            onCover={cover}
          />
          <SinceSeen bulletin={bulletin} />
        </div>
      </div>
      <footer className="writing-foot">
        <span className="writing-kept">发布后您的名字记入记录。</span>
        <span className="spacer" />
        {open.length > 0 && <span className="writing-why">先处理 {open.length} 个号码</span>}
        {open.length === 0 && unseen > 0 && (
          <span className="writing-why">还有 {unseen} 张图片没有确认</span>
        )}
        <LinkButton to={editAt(id)} type="text">
          打开修改
        </LinkButton>
        <Button onClick={onwards}>{next ? '下一条，先不审' : '回到列表'}</Button>
        {stands && (
          <>
            <Button
              icon={<RollbackOutlined aria-hidden />}
              onClick={() => void after(steps.handBack(bulletin))}
            >
              退回修改…
            </Button>
            <Button
              type="primary"
              icon={<CheckOutlined aria-hidden />}
              disabled={open.length > 0 || unseen > 0}
              onClick={() =>
                void after(steps.publish(bulletin, confirmationsOf(writing, confirmed, looked)))
              }
            >
              通过，发布…
            </Button>
          </>
        )}
      </footer>
    </Page>
  );
}

/** Every picture, small; a click shows it large. */
function Photos({ bulletin: { draft } }: { bulletin: StaffBulletin }) {
  const inText = draft.body.flatMap((block) => (block.type === 'picture' ? [block] : []));
  const { cover } = draft;
  const others = cover && !inText.some(({ screen }) => screen.name === cover.screen.name);
  const photos = [...(others ? [cover] : []), ...inText];
  if (photos.length === 0) return null;
  return (
    <section aria-label="照片">
      <h3 className="section-title">
        照片 {photos.length} 张
        <span className="section-count">点开看大图，看看有没有证件、号码和不该露的脸</span>
      </h3>
      <div className="review-photos">
        <Image.PreviewGroup>
          {photos.map((photo, n) => (
            <figure key={n}>
              <Image
                width={110}
                height={76}
                src={fileAt(photo.thumb.name)}
                preview={{ src: fileAt(photo.screen.name), mask: '看大图' }}
                alt={photo.caption || '没有说明的图片'}
              />
              <figcaption>{photo.caption || '没有说明'}</figcaption>
            </figure>
          ))}
        </Image.PreviewGroup>
      </div>
    </section>
  );
}

/** What changed since this reviewer looked at it last, in this browser. */
function SinceSeen({ bulletin: { id, version, draft } }: { bulletin: StaffBulletin }) {
  const login = useMe().data?.login ?? '';
  const names = useNames();
  const [seen] = useState(() => {
    SEEN.tidy(localStorage, Date.now());
    return SEEN.get(localStorage, login, id);
  });
  useEffect(() => {
    SEEN.put(localStorage, login, id, { at_ms: Date.now(), version, draft });
  }, [login, id, version, draft]);
  if (seen === null || seen.version === version) return null;
  const changed = differences(seen.draft, draft);
  return (
    <section className="card review-card" aria-label="改了什么">
      <h3>
        您 {moment(seen.at_ms, names.now)} 看过第 {seen.version} 版，之后
        {changed.length === 0 ? '内容没有变' : '改了'}
      </h3>
      {changed.length > 0 && (
        <Changes
          differences={changed}
          names={names}
          before={`第 ${seen.version} 版`}
          after="现在"
        />
      )}
    </section>
  );
}
