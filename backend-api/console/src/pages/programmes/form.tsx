import { Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { useOrganizations, useProgrammeLists } from '../../api/places';
import { programmeNow, useEditProgramme, useMakeProgramme } from '../../api/programmes';
import { useMe } from '../../api/session';
import type { Organization, StaffProgramme, Upload } from '../../api/types';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { minuteWords } from '../../words/time';
import { CaptionsField } from './captions_field';
import type { Fields } from './draft';
import { editOf, fieldsOf, LABELS, LONGEST_SUMMARY, read, titleOf } from './draft';
import { hasCaptions } from './filters';
import { PosterChoice } from './poster_choice';
import { PosterField } from './poster_field';

/** What the form is about: a programme that is there, or a film that came. */
export type Subject =
  | { kind: 'programme'; programme: StaffProgramme }
  | { kind: 'upload'; upload: Upload; file: File | null };

interface Props {
  subject: Subject;
  /** Called with the id of a programme that was made. */
  onMade: (id: string) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function ProgrammeForm(props: Props) {
  const organizations = useOrganizations();
  const lists = useProgrammeLists();
  if (organizations.data && lists.data) {
    return <Dialog {...props} organizations={organizations.data} lists={lists.data} />;
  }
  return (
    <FormWaiting
      title="节目"
      error={organizations.error ?? lists.error}
      retry={() => Promise.all([organizations.refetch(), lists.refetch()])}
      onClose={props.onClose}
    />
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
  lists: { value: string; label: string }[];
}

const standing = (one: StaffProgramme): Standing<Fields> => ({
  values: fieldsOf(one),
  version: one.version,
  closed: one.state === 'withdrawn' ? '这个节目刚刚被撤回，不能再改。' : undefined,
});

function Dialog({ subject, organizations, lists, onMade, onClose }: DialogProps) {
  const me = useMe().data;
  const { mutateAsync: make } = useMakeProgramme();
  const { mutateAsync: edit } = useEditProgramme();
  const old = subject.kind === 'programme' ? subject.programme : undefined;
  /** As it stood when the form was filled last: other languages of captions stay. */
  const before = useRef(old);
  const [first] = useState((): Standing<Fields> => {
    if (subject.kind === 'programme') return standing(subject.programme);
    const code = me?.organization_code;
    const [only] = lists.length === 1 ? lists : [];
    return {
      values: {
        title: titleOf(subject.upload.file_name),
        summary: '',
        captions: { kind: 'none' },
        ...(code ? { organization_code: code, audience_code: code } : {}),
        ...(only ? { category: only.value } : {}),
      },
    };
  });
  const names = {
    organization: (code: string) => organizations.find((one) => one.code === code)?.name,
    list: (id: string) => lists.find(({ value }) => value === id)?.label ?? id,
    moment: minuteWords,
  };
  const save = async (fields: Fields, version: number | undefined) => {
    if (subject.kind === 'programme') {
      await edit({
        id: subject.programme.id,
        version: version ?? 0,
        edit: editOf(fields, before.current),
      });
      return;
    }
    const made = await make({
      upload: subject.upload.id,
      ...(fields.poster_at_ms == null ? {} : { poster_at_ms: fields.poster_at_ms }),
      ...editOf(fields),
    });
    onMade(made.id);
  };
  const current = async (id: string) => {
    before.current = await programmeNow(id);
    return standing(before.current);
  };
  const place = organizationChoice(organizations);
  return (
    <FormDialog<Fields>
      title={old ? '修改节目' : '做成节目'}
      okText={old ? '保存' : '做成节目'}
      first={first}
      labels={LABELS}
      show={(name, value) => read(name, value, names)}
      save={save}
      {...(old ? { current: () => current(old.id) } : {})}
      onClose={onClose}
    >
      {old?.state === 'published' && (
        <p className="form-note">已经发布：保存以后，所有电视上马上跟着改。</p>
      )}
      {old?.imported === true && (
        <p className="form-note">这个节目来自内容文件夹，下次导入会照文件夹里的改回去。</p>
      )}
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写片名，电视上会显示' }]}
      >
        <Input className="published" />
      </Form.Item>
      <Form.Item
        name="category"
        label={LABELS.category}
        rules={[{ required: true, message: '请选栏目' }]}
      >
        <Select showSearch optionFilterProp="label" placeholder="选一个栏目" options={lists} />
      </Form.Item>
      <div className="form-pair">
        <Form.Item
          name="organization_code"
          label={LABELS.organization_code}
          rules={[{ required: true, message: '请选单位' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
        <Form.Item
          name="audience_code"
          label={LABELS.audience_code}
          rules={[{ required: true, message: '请选给谁看' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
      </div>
      <Form.Item
        name="summary"
        label={`${LABELS.summary}（可以不写）`}
        rules={[{ max: LONGEST_SUMMARY, message: `不要超过 ${LONGEST_SUMMARY} 个字` }]}
      >
        <Input.TextArea rows={4} placeholder="片子讲什么，一两句话" />
      </Form.Item>
      <Form.Item
        name="captions"
        label={`${LABELS.captions}（可以没有）`}
        extra=".srt 或 .vtt 文件，发布前请看一遍。"
      >
        <CaptionsField hasSome={old !== undefined && hasCaptions(old)} />
      </Form.Item>
      {subject.kind === 'upload' && (
        <Form.Item
          name="poster_at_ms"
          label={`${LABELS.poster_at_ms}（从片子里挑一张）`}
          extra="不写就由系统挑。"
        >
          <PosterField film={subject.file} />
        </Form.Item>
      )}
      {old && (
        <Form.Item name="poster" label={LABELS.poster}>
          <PosterChoice of={old} />
        </Form.Item>
      )}
      {old && (
        <Form.Item
          name="dated_at_ms"
          label={`${LABELS.dated_at_ms}（可以不写）`}
          extra="栏目里按这个日期排，新的在前。草稿不写，就是发布的时候。"
        >
          <ChinaDatePicker
            className="programme-when"
            showTime={{ format: 'HH:mm' }}
            format="YYYY年M月D日 HH:mm"
          />
        </Form.Item>
      )}
    </FormDialog>
  );
}
