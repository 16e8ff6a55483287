import { Form, Input } from 'antd';
import { useState } from 'react';

import { useBulletinLists, useOrganizations, useProgrammeLists } from '../../api/places';
import { useMe } from '../../api/session';
import { submissionNow, useTakeSubmission } from '../../api/submissions';
import type { Organization, Submission } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { organizationChoice } from '../../kit/organizations/choice';
import { Select, TreeSelect } from '../../kit/select';
import type { TakeFields } from './draft';
import { placeOfMade, TAKE_LABELS } from './draft';

interface Props {
  submission: Submission;
  /** Called with the place of the draft that was made. */
  onTaken: (place: string) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function TakeForm(props: Props) {
  const { film } = props.submission;
  const organizations = useOrganizations();
  const [bulletins, programmes] = [useBulletinLists(), useProgrammeLists()];
  const lists = film ? programmes : bulletins;
  if (organizations.data && lists.data) {
    return <Dialog {...props} organizations={organizations.data} lists={lists.data} />;
  }
  return (
    <FormWaiting
      title="采用"
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

function Dialog({ submission, onTaken, onClose, organizations, lists }: DialogProps) {
  const me = useMe().data;
  const { mutateAsync: take } = useTakeSubmission();
  const [first] = useState((): Standing<TakeFields> => {
    const code = me?.organization_code;
    const [only] = lists.length === 1 ? lists : [];
    return {
      values: {
        title: submission.title,
        ...(code ? { organization_code: code, audience_code: code } : {}),
        ...(only ? { list: only.value } : {}),
      },
      version: submission.version,
    };
  });
  const save = async (fields: TakeFields, version: number | undefined) => {
    const taken = await take({ id: submission.id, version: version ?? 0, take: fields });
    const place = placeOfMade(taken);
    if (place !== null) onTaken(place);
  };
  // What was sent may have been changed meanwhile: then it is looked at again before it is taken.
  const current = async (): Promise<Standing<TakeFields>> => {
    const { version } = await submissionNow(submission.id);
    return { values: first.values, version, closed: '投稿刚刚改过，请先看一看新的内容再采用。' };
  };
  const place = organizationChoice(organizations);
  return (
    <FormDialog<TakeFields>
      title="采用"
      okText="采用，去编辑"
      cancelText="先不采用"
      first={first}
      labels={TAKE_LABELS}
      save={save}
      current={current}
      onClose={onClose}
    >
      <p className="form-note">
        {submission.film
          ? '会做成一个节目草稿：影片由服务器转换，第一张图片作封面。转换好了在“节目”里发布。'
          : '会写成一条发布的草稿，图片放在正文后面。改好以后照常送审、发布。'}
      </p>
      <Form.Item
        name="title"
        label={TAKE_LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写标题' }]}
      >
        <Input className="published" />
      </Form.Item>
      <Form.Item
        name="list"
        label={TAKE_LABELS.list}
        rules={[{ required: true, message: '请选栏目' }]}
      >
        <Select showSearch optionFilterProp="label" placeholder="选一个栏目" options={lists} />
      </Form.Item>
      <div className="form-pair">
        <Form.Item
          name="organization_code"
          label={TAKE_LABELS.organization_code}
          rules={[{ required: true, message: '请选单位' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
        <Form.Item
          name="audience_code"
          label={TAKE_LABELS.audience_code}
          rules={[{ required: true, message: '请选给谁看' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
