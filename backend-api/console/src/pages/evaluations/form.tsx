import { Alert, Button, Form, Input, Select, Switch, TreeSelect, Upload } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { evaluationNow, useSaveEvaluation } from '../../api/evaluations';
import { useListsOf, useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { EvaluationKind, Organization, StaffEvaluation } from '../../api/types';
import { formOf } from '../../forms/written';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { EVALUATION_KIND, EVALUATION_STATE, questionKind, STATUS } from '../../words/evaluations';
import type { Fields } from './draft';
import { copyOf, draftOf, fieldsOf, LABELS, read, SERVER_NAMES, suggestedTimes } from './draft';

interface Props {
  /** The draft to change. */
  evaluation?: StaffEvaluation;
  /** The one whose questions a new one begins with. */
  like?: StaffEvaluation;
  onSaved?: (id: string) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from, so that its first values are right. */
export function EvaluationForm(props: Props) {
  const organizations = useOrganizations();
  const lists = useListsOf('evaluations');
  const failed = organizations.error ?? lists.error;
  if (organizations.data && lists.data) {
    return <Dialog {...props} organizations={organizations.data} lists={lists.data} />;
  }
  const retry = () => Promise.all([organizations.refetch(), lists.refetch()]);
  return <FormWaiting title="评议与问卷" error={failed} retry={retry} onClose={props.onClose} />;
}

interface DialogProps extends Props {
  organizations: Organization[];
  lists: { value: string; label: string }[];
}

const standing = (one: StaffEvaluation): Standing<Fields> => ({
  values: fieldsOf(one),
  version: one.version,
  closed:
    one.evaluation.state === 'draft'
      ? undefined
      : `它${EVALUATION_STATE[one.evaluation.state]}，不能再改了。`,
});

function Dialog({ evaluation, like, onSaved, onClose, organizations, lists }: DialogProps) {
  const me = useMe();
  const save = useSaveEvaluation();
  const [first] = useState((): Standing<Fields> => {
    if (evaluation) return standing(evaluation);
    if (like) return { values: copyOf(like, Date.now()) };
    const code = me.data?.organization_code ?? organizations[0]?.code;
    return {
      values: {
        kind: 'evaluation',
        about: '',
        statuses: [],
        named: false,
        questions: '',
        list: lists[0]?.value ?? '',
        ...suggestedTimes(Date.now()),
        ...(code ? { organization_code: code } : {}),
      },
    };
  });
  const nameOf = (code: string) =>
    organizations.find((one) => one.code === code)?.name ??
    lists.find((one) => one.value === code)?.label;
  const id = evaluation?.evaluation.id;
  const write = async (fields: Fields, version: number | undefined) => {
    const of = id !== undefined && version !== undefined ? { id, version } : undefined;
    const saved = await save.mutateAsync({ draft: draftOf(fields), of });
    onSaved?.(saved.evaluation.id);
  };
  return (
    <FormDialog<Fields>
      title={evaluation ? '修改评议' : '新评议'}
      okText="存成草稿"
      first={first}
      labels={LABELS}
      serverNames={SERVER_NAMES}
      show={(name, value) => read(name, value, nameOf, Date.now())}
      save={write}
      {...(id === undefined ? {} : { current: async () => standing(await evaluationNow(id)) })}
      onClose={onClose}
    >
      {(form) => <EvaluationFields form={form} organizations={organizations} lists={lists} />}
    </FormDialog>
  );
}

interface FieldsProps extends Pick<DialogProps, 'organizations' | 'lists'> {
  form: FormInstance<Fields>;
}

const KINDS: readonly EvaluationKind[] = ['evaluation', 'questionnaire', 'motion'];

function EvaluationFields({ form, organizations, lists }: FieldsProps) {
  const place = organizationChoice(organizations);
  const moment = {
    showTime: { format: 'HH:mm', minuteStep: 5 },
    format: 'YYYY年M月D日 HH:mm',
    needConfirm: false,
    allowClear: false,
  } as const;
  return (
    <>
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写名称，电视上会显示' }]}
      >
        <Input
          className="published"
          maxLength={40}
          showCount
          autoFocus
          placeholder="例如：清河镇 2026 年各站所服务评议"
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="kind" label={LABELS.kind} extra="表决要超过应到人数的一半同意才通过。">
          <Select options={KINDS.map((value) => ({ value, label: EVALUATION_KIND[value] }))} />
        </Form.Item>
        <Form.Item
          name="list"
          label={LABELS.list}
          rules={[{ required: true, message: '请选栏目' }]}
        >
          <Select options={lists} />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item
          name="organization_code"
          label={LABELS.organization_code}
          extra="它和它下面登记的人来答。"
          rules={[{ required: true, message: '请选单位' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
        <Form.Item name="target_code" label={`${LABELS.target_code}（可以不选）`}>
          <TreeSelect {...place} allowClear />
        </Form.Item>
      </div>
      <Form.Item name="statuses" label={LABELS.statuses}>
        <Select
          mode="multiple"
          placeholder="所有登记的人，群众也在内"
          options={Object.entries(STATUS).map(([value, label]) => ({ value, label }))}
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item
          name="opens_at"
          label={LABELS.opens_at}
          rules={[{ required: true, message: '请选开始时间' }]}
        >
          <ChinaDatePicker {...moment} />
        </Form.Item>
        <Form.Item
          name="closes_at"
          label={LABELS.closes_at}
          rules={[{ required: true, message: '请选截止时间' }]}
        >
          <ChinaDatePicker {...moment} />
        </Form.Item>
      </div>
      <Form.Item
        name="named"
        label={LABELS.named}
        extra="不记名：谁答过、答了什么分开存，谁也对不上。预告以后不能再改。"
        valuePropName="checked"
        getValueProps={(named: boolean) => ({ checked: !named })}
        getValueFromEvent={(secret: boolean) => !secret}
      >
        <Switch checkedChildren="不记名" unCheckedChildren="记名" />
      </Form.Item>
      <Form.Item name="about" label={`${LABELS.about}（可以不写）`}>
        <Input.TextArea
          rows={2}
          maxLength={300}
          showCount
          placeholder="为什么评、评完怎么用，电视上会显示"
        />
      </Form.Item>
      <Form.Item
        name="questions"
        label={LABELS.questions}
        extra="从表格里复制粘贴，一行一题：题目、类型（单选、多选、等级、数字、选句、逐个评）、选项，用“、”隔开。"
        rules={[{ required: true, whitespace: true, message: '请写题目' }]}
      >
        <Input.TextArea
          rows={8}
          placeholder={'给群众办事，您觉得怎么样？\t等级\t满意、基本满意、不满意、不了解'}
        />
      </Form.Item>
      <FromFile onText={(questions) => form.setFieldsValue({ questions })} />
      <Preview form={form} />
    </>
  );
}

/** Questions from a file: a table or JSON. */
function FromFile({ onText }: { onText: (text: string) => void }) {
  return (
    <Upload
      accept=".csv,.txt,.json,.tsv"
      showUploadList={false}
      beforeUpload={(file) => {
        void file.text().then(onText);
        return false;
      }}
    >
      <Button>从文件读题目…</Button>
    </Upload>
  );
}

/** The questions as they were understood. */
function Preview({ form }: { form: FormInstance<Fields> }) {
  const text = Form.useWatch('questions', form) as string | undefined;
  if (text === undefined || text.trim() === '') return null;
  try {
    const { questions } = formOf(text);
    return (
      <Alert
        className="evaluation-preview"
        type="success"
        showIcon
        message={`读到 ${questions.length} 道题`}
        description={
          <ol>
            {questions.map((question) => (
              <li key={question.id}>
                {question.text}（{questionKind(question)}）
              </li>
            ))}
          </ol>
        }
      />
    );
  } catch (error) {
    return <Alert type="warning" showIcon message={(error as Error).message} />;
  }
}
