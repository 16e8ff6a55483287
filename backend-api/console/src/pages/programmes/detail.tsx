import { Alert, Button } from 'antd';

import { fileAt } from '../../api/bulletins';
import { useOrganizations } from '../../api/places';
import { useFilmAgain, useProgramme } from '../../api/programmes';
import type { StaffProgramme, Upload } from '../../api/types';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { useMayIn } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { takenBackWords } from '../../words/taken_back';
import { elapsed, moment } from '../../words/time';
import { hasCaptions, quality } from './filters';
import { StandTag } from './standing';
import { figureWords } from './state';
import { useSteps } from './steps';
import { TvLook } from './tv_look';

interface Props {
  id: string;
  listOf: (id: string) => string;
  now: number;
  /** Own films of which nothing is made yet. */
  ready: readonly Upload[];
  onEdit: (programme: StaffProgramme) => void;
  onClose: () => void;
}

/** A film beside the list: to be looked at, published, changed, and taken off the televisions. */
export function ProgrammeDetail({ id, listOf, now, ready, onEdit, onClose }: Props) {
  const { data: programme, error, refetch } = useProgramme(id);
  const mayIn = useMayIn('publish');
  const organizations = useOrganizations().data ?? [];
  if (!programme) {
    return (
      <Drawer open title="节目" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const may = mayIn(programme.organization.id) && programme.state !== 'withdrawn';
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name ?? code;
  const [played, finished] = programme.figures ? figureWords(programme.figures) : ['', ''];
  const isDraft = programme.state === 'draft';
  return (
    <Drawer
      open
      title={
        <>
          <span className="published programme-drawer-title">{programme.title}</span>
          <StandTag of={programme} />
        </>
      }
      foot={may && <Acts programme={programme} onEdit={onEdit} onClose={onClose} />}
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      {programme.taken_back && (
        <Alert
          className="programme-failed"
          type="warning"
          showIcon
          message={takenBackWords(programme.taken_back, now)}
        />
      )}
      {isDraft && programme.film.state === 'failed' && (
        <Failed programme={programme} ready={ready} may={may} />
      )}
      <Film programme={programme} />
      {may && <TvLook of={programme} />}
      <Facts
        facts={[
          ['栏目', listOf(programme.category)],
          ['单位', programme.organization.name],
          ['给谁看', nameOf(programme.audience_code)],
          ['时长', programme.duration_ms > 0 ? elapsed(programme.duration_ms) : ''],
          ['画面', programme.film.state === 'ready' ? quality(programme) : ''],
          ['字幕', hasCaptions(programme) ? '有' : '没有'],
          [isDraft ? '日期' : '发布', dated(programme, now)],
          ['播放', isDraft ? '发布后统计' : played],
          ['看完', isDraft ? '' : finished],
          ['简介', programme.description ?? ''],
        ]}
      />
    </Drawer>
  );
}

/** The date it carries; of a draft without one, when it gets it. */
function dated({ state, published_at_ms: at }: StaffProgramme, now: number): string {
  if (at > 0) return moment(at, now);
  return state === 'draft' ? '发布的时候' : '';
}

function Film({ programme }: { programme: StaffProgramme }) {
  const [best] = programme.renditions;
  if (!best) return null;
  return (
    // eslint-disable-next-line jsx-a11y/media-has-caption -- those there are stand in it
    <video
      className="programme-film"
      controls
      preload="none"
      poster={fileAt(programme.poster.screen.name)}
      src={fileAt(best.file.name)}
    >
      {(programme.captions ?? []).map(({ language, file }, n) => (
        <track
          key={language}
          kind="captions"
          srcLang={language}
          label={language.startsWith('zh') ? '中文' : language}
          src={fileAt(file.name)}
          default={n === 0}
        />
      ))}
    </video>
  );
}

interface FailedProps {
  programme: StaffProgramme;
  ready: readonly Upload[];
  may: boolean;
}

/** Why its film could not be made, and what can be done. */
function Failed({ programme, ready, may }: FailedProps) {
  const again = useFilmAgain();
  const { id, film } = programme;
  const others = may ? ready : [];
  return (
    <Alert
      className="programme-failed"
      type="error"
      showIcon
      message={`转换失败：${film.problem ?? '原因见服务器日志，请告诉管理员。'}`}
      description={
        <>
          {!film.may_retry && <p>传上来的文件已经不在服务器上：请重新上传，传好以后在这里选它。</p>}
          {again.error && <Problem error={again.error} />}
          <div className="programme-again">
            {may && film.may_retry && (
              <Button loading={again.isPending} onClick={() => again.mutate({ id })}>
                再试一次
              </Button>
            )}
            {others.map(({ id: upload, file_name }) => (
              <Button
                key={upload}
                disabled={again.isPending}
                onClick={() => again.mutate({ id, upload })}
              >
                换成“{file_name}”
              </Button>
            ))}
          </div>
        </>
      }
    />
  );
}

interface ActsProps {
  programme: StaffProgramme;
  onEdit: (programme: StaffProgramme) => void;
  onClose: () => void;
}

function Acts({ programme, onEdit, onClose }: ActsProps) {
  const steps = useSteps();
  const isDraft = programme.state === 'draft';
  const isReady = programme.film.state === 'ready';
  const leave = async () => {
    const done = await (isDraft ? steps.discard(programme) : steps.withdraw(programme));
    if (done) onClose();
  };
  return (
    <>
      <Button type="text" onClick={() => void leave()}>
        {isDraft ? '删掉草稿…' : '撤回…'}
      </Button>
      <span className="spacer" />
      {isDraft && !isReady && '转换好了才能发布'}
      <Button onClick={() => onEdit(programme)}>修改</Button>
      {isDraft && (
        <Button type="primary" disabled={!isReady} onClick={() => void steps.publish(programme)}>
          发布…
        </Button>
      )}
    </>
  );
}
