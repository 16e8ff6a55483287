import { Form, Input } from 'antd';
import { useState } from 'react';

import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { submissionNow, useSendSubmission } from '../../api/submissions';
import type { Organization, Submission } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { organizationChoice } from '../../kit/organizations/choice';
import { TreeSelect } from '../../kit/select';
import type { Fields } from './draft';
import {
  draftOf,
  fieldsOf,
  LABELS,
  LONGEST_TITLE,
  MOST_PICTURES,
  read,
  textTrouble,
} from './draft';
import { FilmField } from './film_field';
import { PicturesField } from './pictures';

interface Props {
  /** The one to send again; left out: a new one. */
  submission: Submission | undefined;
  onSent: (id: string) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function SubmissionForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  return (
    <FormWaiting
      title="投稿"
      error={organizations.error}
      retry={organizations.refetch}
      onClose={props.onClose}
    />
  );
}

const standing = (one: Submission): Standing<Fields> => ({
  values: fieldsOf(one),
  version: one.version,
  closed:
    one.state === 'waiting' || one.state === 'returned'
      ? undefined
      : one.state === 'withdrawn'
        ? '这篇投稿刚刚撤回了，不能再改。'
        : '镇里刚刚处理了这篇投稿，不能再改。',
});

function Dialog({
  submission,
  onSent,
  onClose,
  organizations,
}: Props & { organizations: Organization[] }) {
  const me = useMe().data;
  const { mutateAsync: send } = useSendSubmission();
  const [first] = useState((): Standing<Fields> => {
    if (submission) return standing(submission);
    const code = me?.organization_code;
    return {
      values: {
        text: '',
        pictures: [],
        upload: null,
        ...(code ? { organization_code: code } : {}),
      },
    };
  });
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name;
  const save = async (fields: Fields, version: number | undefined) => {
    const of = submission && { id: submission.id, version: version ?? 0 };
    const { id } = await send({ draft: draftOf(fields), of });
    onSent(id);
  };
  return (
    <FormDialog<Fields>
      title={submission ? '修改投稿' : '投稿'}
      okText={submission ? '再送一次' : '送到镇里'}
      first={first}
      labels={LABELS}
      show={(name, value) => read(name, value, nameOf)}
      save={save}
      {...(submission ? { current: async () => standing(await submissionNow(submission.id)) } : {})}
      onClose={onClose}
    >
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        rules={[{ required: true, message: '请选投稿单位' }]}
      >
        <TreeSelect {...organizationChoice(organizations)} disabled={submission !== undefined} />
      </Form.Item>
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[
          { required: true, whitespace: true, message: '请写标题' },
          { max: LONGEST_TITLE, message: `不要超过 ${LONGEST_TITLE} 个字` },
        ]}
      >
        <Input className="published" placeholder="例如：村东头的路修好了" />
      </Form.Item>
      <Form.Item
        name="text"
        label={LABELS.text}
        extra="每行一段。写清楚什么时候、在哪里、谁、做了什么；不要写身份证号和电话。"
        dependencies={['pictures', 'upload']}
        rules={[
          ({ getFieldsValue }) => ({
            validator: () => {
              const trouble = textTrouble(getFieldsValue(true) as Partial<Fields>);
              return trouble === null ? Promise.resolve() : Promise.reject(new Error(trouble));
            },
          }),
        ]}
        validateTrigger="onSubmit"
      >
        <Input.TextArea rows={8} />
      </Form.Item>
      <Form.Item
        name="pictures"
        label={`${LABELS.pictures}（可以没有，最多 ${MOST_PICTURES} 张）`}
        extra="拍摄地点会自动去掉。拍到别人的脸，请先征得同意。"
      >
        <PicturesField
          submission={
            submission && {
              id: submission.id,
              pictures: submission.attachments.map(({ id }) => id),
            }
          }
        />
      </Form.Item>
      <Form.Item
        name="upload"
        label={`${LABELS.upload}（可以没有）`}
        extra="带影片的投稿会做成节目，内容作简介。"
      >
        <FilmField />
      </Form.Item>
    </FormDialog>
  );
}
