import { Form, Input, InputNumber } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { categoryNow, useSaveCategory } from '../../api/categories';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { CategoryKind, ClockKind, Level, Organization, StaffCategory } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { CATEGORY_KIND, CLOCK, LEVEL } from '../../words/requests';
import type { Fields } from './draft';
import { draftOf, fieldsOf, LABELS, NEW, read, taken } from './draft';

interface Props {
  /** The category to change; left out: a new one. */
  category: StaffCategory | undefined;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function CategoryForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  return (
    <FormWaiting
      title="类别"
      error={organizations.error}
      retry={organizations.refetch}
      onClose={props.onClose}
    />
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
}

const standing = (category: StaffCategory): Standing<Fields> => ({
  values: fieldsOf(category),
  version: category.version,
});

function Dialog({ category, onClose, organizations }: DialogProps) {
  const me = useMe();
  const save = useSaveCategory();
  const [first] = useState((): Standing<Fields> => {
    if (category) return standing(category);
    const code = me.data?.organization_code;
    return { values: { ...NEW, ...(code ? { organization_code: code } : {}) }, version: 0 };
  });
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name;
  const write = async (fields: Fields, version: number | undefined) => {
    try {
      await save.mutateAsync({
        code: fields.code.trim(),
        draft: draftOf(fields),
        version: version ?? 0,
      });
    } catch (error) {
      throw category ? error : taken(error);
    }
  };
  const code = category?.code;
  return (
    <FormDialog<Fields>
      title={category ? '修改类别' : '新建类别'}
      okText="保存"
      first={first}
      labels={LABELS}
      show={(name, value) => read(name, value, nameOf)}
      save={write}
      {...(code === undefined ? {} : { current: async () => standing(await categoryNow(code)) })}
      onClose={onClose}
    >
      {(form) => <CategoryFields form={form} isNew={!category} organizations={organizations} />}
    </FormDialog>
  );
}

const KINDS: readonly CategoryKind[] = ['service', 'suggestion', 'confidential'];

const choices = <V extends string>(words: Record<V, string>) =>
  (Object.keys(words) as V[]).map((value) => ({ value, label: words[value] }));

interface FieldsProps {
  form: FormInstance<Fields>;
  isNew: boolean;
  organizations: Organization[];
}

function CategoryFields({ form, isNew, organizations }: FieldsProps) {
  const kind = Form.useWatch('kind', form) as CategoryKind | undefined;
  const place = organizationChoice(organizations);
  return (
    <>
      <div className="form-pair">
        <Form.Item
          name="title"
          label={LABELS.title}
          rules={[{ required: true, whitespace: true, message: '请写名称，电视上会显示' }]}
        >
          <Input maxLength={12} showCount placeholder="例如：农业技术服务" />
        </Form.Item>
        <Form.Item
          name="code"
          label={LABELS.code}
          extra="表格里用它认这个类别，定了不再改。"
          rules={[{ required: true, whitespace: true, message: '请写代码' }]}
        >
          <Input maxLength={40} disabled={!isNew} placeholder="例如：farming" />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item name="kind" label={LABELS.kind}>
          <Select options={KINDS.map((value) => ({ value, label: CATEGORY_KIND[value] }))} />
        </Form.Item>
        {kind !== 'suggestion' && (
          <Form.Item
            name="digit"
            label={LABELS.digit}
            rules={[{ type: 'number', required: true, min: 1, max: 9, message: '1 到 9' }]}
          >
            <InputNumber precision={0} />
          </Form.Item>
        )}
      </div>
      <div className="form-pair">
        <Form.Item
          name="organization_code"
          label={LABELS.organization_code}
          rules={[{ required: true, message: '请选单位' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
        <Form.Item name="office_code" label={LABELS.office_code} extra="不选：由本人所在的村答复。">
          <TreeSelect {...place} allowClear />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item
          name="response_hours"
          label={LABELS.response_hours}
          rules={[{ type: 'number', required: true, min: 1, max: 720, message: '1 到 720 小时' }]}
        >
          <InputNumber precision={0} suffix="小时" />
        </Form.Item>
        <Form.Item name="clock" label={LABELS.clock}>
          <Select<ClockKind> options={choices(CLOCK)} />
        </Form.Item>
      </div>
      <Form.Item
        name="least_level"
        label={LABELS.least_level}
        extra="比这低的单位办不了，也转不下去。"
      >
        <Select<Level> options={choices(LEVEL)} />
      </Form.Item>
      <Form.Item name="about" label={`${LABELS.about}（可以不写）`}>
        <Input.TextArea rows={2} maxLength={120} showCount placeholder="一两句话，电视上会显示" />
      </Form.Item>
      <Form.Item
        name="sentences"
        label={`${LABELS.sentences}（一行一句）`}
        extra="最多 9 句，每句 30 个字以内。在电视上按数字就能选。"
      >
        <Input.TextArea rows={4} placeholder={'果树叶子发黄\n想请人来看看'} />
      </Form.Item>
      <Form.Item
        name="papers"
        label={`${LABELS.papers}（一行一样）`}
        extra="最多 9 样，每样 30 个字以内。"
      >
        <Input.TextArea rows={3} placeholder={'身份证\n户口本'} />
      </Form.Item>
      <Form.Item
        name="canned_replies"
        label={`${LABELS.canned_replies}（一行一句）`}
        extra="最多 20 句，答复时可以直接选。"
      >
        <Input.TextArea rows={4} placeholder="已安排农技员，明天上午到您家地里看。" />
      </Form.Item>
      <Form.Item name="icon" label={`${LABELS.icon}（可以不写）`}>
        <Input maxLength={40} placeholder="图标的名字，例如：plant" />
      </Form.Item>
    </>
  );
}
