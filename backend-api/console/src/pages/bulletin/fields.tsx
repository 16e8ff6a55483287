import { Switch } from 'antd';
import type { Dayjs } from 'dayjs';
import type { ReactNode } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { useBulletinLists, useOrganizations } from '../../api/places';
import type { Picture } from '../../api/types';
import { pictureOf } from '../../bulletin/blocks';
import type { Trouble, Writing } from '../../bulletin/writing';
import { LONGEST_SUMMARY, LONGEST_TITLE } from '../../bulletin/writing';
import { momentOf, onCalendar } from '../../kit/china_calendar';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import { useConfirm } from '../../kit/confirm/confirm';
import { Select, TreeSelect } from '../../kit/select';
import { MarkedField } from './marked_field';
import type { WritingDesk } from './use_writing';

interface Props {
  desk: WritingDesk;
  /** Said at their fields; nothing before somebody wants to hand it in. */
  troubles: readonly Trouble[];
}

const length = (text: string | undefined) => Array.from((text ?? '').trim()).length;

/** Everything but the text: title, where it stands, for whom, until when. */
export function Fields({ desk, troubles }: Props) {
  const { writing, confirmed, write } = desk;
  const organizations = useOrganizations().data ?? [];
  const lists = useBulletinLists().data ?? [];
  const wrong = (at: Trouble['at']) => troubles.find((one) => one.at === at)?.words;
  const set = <K extends keyof Writing>(name: K, value: Writing[K]) =>
    write((now) => ({ ...now, [name]: value }), name);
  const place = {
    ...organizationChoice(organizations),
    popupMatchSelectWidth: 280,
  } as const;
  const status = (at: Trouble['at']) => (wrong(at) ? ({ status: 'error' } as const) : {});
  return (
    <div className="writing-fields">
      <Labelled
        label="标题"
        wide
        wrong={wrong('title')}
        beside={`${length(writing.title)} / ${LONGEST_TITLE} 字`}
      >
        <MarkedField
          className="marked-boxed published writing-title"
          id="bulletin-title"
          value={writing.title}
          confirmed={confirmed}
          aria-label="标题"
          aria-invalid={wrong('title') !== undefined}
          onChange={({ target }) => set('title', target.value.replace(/\n/g, ' '))}
        />
      </Labelled>
      <Labelled label="放在哪个栏目" wrong={wrong('list')}>
        <Select
          aria-label="放在哪个栏目"
          showSearch
          optionFilterProp="label"
          value={writing.list || null}
          placeholder="选一个栏目"
          options={lists}
          onChange={(list: string | null) => set('list', list ?? '')}
          {...status('list')}
        />
      </Labelled>
      <Labelled label="落款单位" wrong={wrong('organization_code')}>
        <TreeSelect
          aria-label="落款单位"
          {...place}
          value={writing.organization_code || null}
          onChange={(code: string | null) => set('organization_code', code ?? '')}
          {...status('organization_code')}
        />
      </Labelled>
      <Labelled label="给谁看" wrong={wrong('audience_code')}>
        <TreeSelect
          aria-label="给谁看"
          {...place}
          value={writing.audience_code || null}
          onChange={(code: string | null) => set('audience_code', code ?? '')}
          {...status('audience_code')}
        />
      </Labelled>
      <Labelled
        label={writing.urgent === true ? '插播到什么时候结束' : '到期（可以不写）'}
        wrong={wrong('expires_at_ms')}
      >
        <ChinaDatePicker
          aria-label="到期"
          showTime={{ format: 'HH:mm' }}
          format="YYYY年M月D日 HH:mm"
          placeholder={writing.urgent === true ? '选结束时间' : '不到期'}
          value={writing.expires_at_ms == null ? null : onCalendar(writing.expires_at_ms)}
          onChange={(at: Dayjs | null) => set('expires_at_ms', at === null ? null : momentOf(at))}
          {...status('expires_at_ms')}
        />
      </Labelled>
      <Labelled
        label="摘要（可以不写）"
        wide
        wrong={wrong('summary')}
        beside={`${length(writing.summary)} / ${LONGEST_SUMMARY} 字`}
      >
        <MarkedField
          className="marked-boxed"
          value={writing.summary ?? ''}
          confirmed={confirmed}
          placeholder="列表里的一两句话"
          aria-label="摘要"
          onChange={({ target }) => set('summary', target.value.replace(/\n/g, ' '))}
        />
      </Labelled>
      <Cover writing={writing} onChange={(cover) => set('cover', cover)} />
      <Urgent
        writing={writing}
        onChange={(urgent) => {
          set('urgent', urgent);
          if (!urgent) set('danger', false);
        }}
      />
      {writing.urgent === true && (
        <Danger writing={writing} onChange={(danger) => set('danger', danger)} />
      )}
    </div>
  );
}

/** The picture that lists show: one of those in the text. */
function Cover({
  writing,
  onChange,
}: {
  writing: Writing;
  onChange: (cover: Picture | null) => void;
}) {
  const inText = writing.body.flatMap(({ block }) => (block.type === 'picture' ? [block] : []));
  const { cover } = writing;
  const others = cover && !inText.some(({ screen }) => screen.name === cover.screen.name);
  return (
    <Labelled label="封面">
      <Select
        aria-label="封面"
        value={cover?.screen.name ?? ''}
        options={[
          { value: '', label: inText.length === 0 && !cover ? '正文里有图片才能选' : '不用封面' },
          ...(others ? [{ value: cover.screen.name, label: cover.caption || '现在的封面' }] : []),
          ...inText.map(({ screen, caption }, n) => ({
            value: screen.name,
            label: `正文的图片 ${n + 1}${caption ? `：${caption}` : ''}`,
          })),
        ]}
        onChange={(name: string) => {
          const found = inText.find(({ screen }) => screen.name === name);
          if (!found) {
            onChange(name === '' ? null : (cover ?? null));
            return;
          }
          onChange(pictureOf(found));
        }}
      />
    </Labelled>
  );
}

/** It comes over everything that is on: asked twice, and never without an end. */
function Urgent({ writing, onChange }: { writing: Writing; onChange: (urgent: boolean) => void }) {
  const confirm = useConfirm();
  const turn = async (on: boolean) => {
    if (!on) {
      onChange(false);
      return;
    }
    const sure = await confirm({
      title: '设成紧急插播？',
      content:
        '发布以后，不管家里正在看什么，都会马上盖过画面，看过为止。只用于防汛、防火、停水停电这类等不得的事，并且要写明什么时候结束。',
      okText: '设成紧急插播',
      cancelText: '不用',
    });
    if (sure) onChange(true);
  };
  return (
    <Labelled label="紧急插播">
      <span className="writing-urgent">
        <Switch
          aria-label="紧急插播"
          checked={writing.urgent === true}
          onChange={(on) => void turn(on)}
        />
        {writing.urgent === true ? '盖过所有画面' : '平常的内容不用'}
      </span>
    </Labelled>
  );
}

/** At night televisions are quiet, but for what saves lives. */
function Danger({ writing, onChange }: { writing: Writing; onChange: (danger: boolean) => void }) {
  return (
    <Labelled label="危及生命">
      <span className="writing-urgent">
        <Switch aria-label="危及生命" checked={writing.danger === true} onChange={onChange} />
        {writing.danger === true ? '夜里也盖过画面' : '夜里 22 点到 6 点不响，早上再出来'}
      </span>
    </Labelled>
  );
}

interface LabelledProps {
  label: string;
  wide?: boolean;
  wrong?: string | undefined;
  beside?: string;
  children: ReactNode;
}

export function Labelled({ label, wide = false, wrong, beside, children }: LabelledProps) {
  return (
    <div className={wide ? 'labelled labelled-wide' : 'labelled'}>
      <span className="labelled-name">
        {label}
        {beside && <small>{beside}</small>}
      </span>
      {children}
      {wrong !== undefined && (
        <span className="labelled-wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}
