import { Form, Input, Switch } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';

import { evaluationNow, useSaveEvaluation } from '../../api/evaluations';
import { useListsOf, useOrganizations } from '../../api/places';
import { Refusal } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { EvaluationKind, Organization, QuestionForm, StaffEvaluation } from '../../api/types';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { organizationChoice } from '../../kit/organizations/choice';
import { Select, TreeSelect } from '../../kit/select';
import { EVALUATION_KIND, EVALUATION_STATE, STATUS } from '../../words/evaluations';
import { Builder } from './builder/builder';
import { OnTv } from './builder/on_tv';
import type { Fields } from './draft';
import {
  copyOf,
  draftOf,
  faultsOf,
  fieldsOf,
  LABELS,
  read,
  SERVER_NAMES,
  suggestedTimes,
} from './draft';

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

/** What the server said of questions, by their ids. */
type Faults = ReadonlyMap<string, readonly string[]>;

const NO_FAULTS: Faults = new Map();

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
  const [at, setAt] = useState<number | null>(null);
  const [faults, setFaults] = useState<Faults>(NO_FAULTS);
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
        questions: { questions: [] },
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
    setFaults(NO_FAULTS);
    const saved = await save.mutateAsync({ draft: draftOf(fields), of }).catch((error: unknown) => {
      if (error instanceof Refusal)
        blame(faultsOf(error.fields, fields.questions), fields.questions);
      throw error;
    });
    onSaved?.(saved.evaluation.id);
  };
  const blame = (found: Faults, { questions }: QuestionForm) => {
    setFaults(found);
    const place = questions.findIndex((one) => found.has(one.id));
    if (place >= 0) setAt(place);
  };
  const mended = (question: string) => {
    if (!faults.has(question)) return;
    setFaults(new Map([...faults].filter(([other]) => other !== question)));
  };
  return (
    <FormDialog<Fields>
      title={evaluation ? '修改评议' : '新评议'}
      okText="存成草稿"
      shape="wide"
      first={first}
      labels={LABELS}
      serverNames={SERVER_NAMES}
      show={(name, value) => read(name, value, nameOf, Date.now())}
      save={write}
      {...(id === undefined ? {} : { current: async () => standing(await evaluationNow(id)) })}
      onClose={onClose}
    >
      {(form) => (
        <div className="builder-split">
          <div>
            <EvaluationFields
              organizations={organizations}
              lists={lists}
              at={at}
              onAt={setAt}
              faults={faults}
              onMended={mended}
            />
          </div>
          <div className="builder-beside">
            <Look form={form} at={at} onAt={setAt} />
          </div>
        </div>
      )}
    </FormDialog>
  );
}

interface FieldsProps extends Pick<DialogProps, 'organizations' | 'lists'> {
  at: number | null;
  onAt: (at: number | null) => void;
  faults: Faults;
  onMended: (question: string) => void;
}

const KINDS: readonly EvaluationKind[] = ['evaluation', 'questionnaire', 'motion'];

function EvaluationFields({ organizations, lists, at, onAt, faults, onMended }: FieldsProps) {
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
      <Form.Item name="questions" label={LABELS.questions} className="evaluation-questions">
        <Builder at={at} onAt={onAt} faults={faults} onMended={onMended} />
      </Form.Item>
    </>
  );
}

interface LookProps {
  form: FormInstance<Fields>;
  at: number | null;
  onAt: (at: number) => void;
}

/** What is written, as a television puts it. */
function Look({ form, at, onAt }: LookProps) {
  const questions = Form.useWatch('questions', form) as QuestionForm | undefined;
  const title = Form.useWatch('title', form) as string | undefined;
  const named = Form.useWatch('named', form) as boolean | undefined;
  return (
    <OnTv
      form={questions ?? { questions: [] }}
      title={title ?? ''}
      named={named === true}
      at={at ?? 0}
      onAt={onAt}
    />
  );
}
