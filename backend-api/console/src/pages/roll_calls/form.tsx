import type { FormInstance } from 'antd';
import { Form, Input, InputNumber, Radio, Switch } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { useOrganizations } from '../../api/places';
import { useCreateRollCall } from '../../api/roll_calls';
import { useMe } from '../../api/session';
import type { MemberStatus, Occasion, Organization } from '../../api/types';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { STATUS, statusWords } from '../../words/evaluations';
import { OCCASION } from '../../words/roll_calls';
import type { Fields } from './draft';
import { draftOf, firstFields, LABELS, SERVER_NAMES, spotTrouble } from './draft';

interface Props {
  onMade: (id: string) => void;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function RollCallForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  const { error, refetch } = organizations;
  return <FormWaiting title="新点名" error={error} retry={refetch} onClose={props.onClose} />;
}

function Dialog({ onMade, onClose, organizations }: Props & { organizations: Organization[] }) {
  const me = useMe().data;
  const create = useCreateRollCall();
  const [first] = useState((): Standing<Fields> => ({
    values: firstFields(Date.now(), me?.organization_code),
  }));
  const [now, setNow] = useState(true);
  return (
    <FormDialog<Fields>
      title="新点名"
      okText={now ? '现在开始点名' : '排好，到时自己开始'}
      first={first}
      labels={LABELS}
      serverNames={SERVER_NAMES}
      save={async (fields) => onMade((await create.mutateAsync(draftOf(fields))).id)}
      onClose={onClose}
    >
      {(form) => <FormFields form={form} organizations={organizations} onWhen={setNow} />}
    </FormDialog>
  );
}

interface FieldsProps {
  form: FormInstance<Fields>;
  organizations: Organization[];
  onWhen: (now: boolean) => void;
}

const MINUTES = { min: 1, precision: 0, suffix: '分钟' } as const;

function FormFields({ form, organizations, onWhen }: FieldsProps) {
  const when = Form.useWatch('when', form) as Fields['when'] | undefined;
  const code = Form.useWatch('presence_code', form) as boolean | undefined;
  const spots = Form.useWatch('spots', form) as number | undefined;
  return (
    <>
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写名称，电视上会显示' }]}
      >
        <Input
          className="published"
          maxLength={60}
          showCount
          autoFocus
          placeholder="例如：十一月主题党日"
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item
          name="organization_code"
          label={LABELS.organization_code}
          extra="它和它下面所有支部的人。"
          rules={[{ required: true, message: '请选单位' }]}
        >
          <TreeSelect {...organizationChoice(organizations)} />
        </Form.Item>
        <Form.Item name="occasion" label={LABELS.occasion}>
          <Select
            options={(Object.keys(OCCASION) as Occasion[]).map((value) => ({
              value,
              label: OCCASION[value],
            }))}
          />
        </Form.Item>
      </div>
      <Form.Item
        name="statuses"
        label={LABELS.statuses}
        rules={[{ required: true, message: '请至少选一种' }]}
      >
        <Select
          mode="multiple"
          options={(Object.keys(STATUS) as MemberStatus[]).map((value) => ({
            value,
            label: statusWords(value),
          }))}
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="when" label={LABELS.when}>
          <Radio.Group
            options={[
              { value: 'now', label: '现在' },
              { value: 'later', label: '到时自己开始' },
            ]}
            onChange={({ target }) => onWhen(target.value === 'now')}
          />
        </Form.Item>
        <Form.Item
          name="opens_at"
          label={LABELS.opens_at}
          hidden={when !== 'later'}
          rules={[{ required: true, message: '请选开始时间' }]}
        >
          <ChinaDatePicker
            showTime={{ format: 'HH:mm', minuteStep: 5 }}
            format="YYYY年M月D日 HH:mm"
            needConfirm={false}
            allowClear={false}
          />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item
          name="window"
          label={LABELS.window}
          rules={[{ required: true, message: '请写几分钟' }]}
        >
          <InputNumber {...MINUTES} max={1440} />
        </Form.Item>
        <Form.Item
          name="grace"
          label={LABELS.grace}
          rules={[{ required: true, message: '没有就写 0' }]}
        >
          <InputNumber {...MINUTES} min={0} max={1440} />
        </Form.Item>
      </div>
      <Form.Item
        name="presence_code"
        label={LABELS.presence_code}
        valuePropName="checked"
        extra={codeWords(code === true, when)}
      >
        <Switch checkedChildren="要签到码" unCheckedChildren="不要签到码" />
      </Form.Item>
      <Form.Item name="spots" label={LABELS.spots} extra="什么时候抽由系统随机定，事先谁也不知道。">
        <Select
          options={[0, 1, 2, 3].map((value) => ({
            value,
            label: value === 0 ? '不抽点' : `${value} 次`,
          }))}
        />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="spot_window" label={LABELS.spot_window} hidden={!spots}>
          <InputNumber {...MINUTES} max={60} />
        </Form.Item>
        <Form.Item
          name="spot_within"
          label={LABELS.spot_within}
          hidden={!spots}
          dependencies={['spots', 'spot_window']}
          rules={[
            ({ getFieldsValue }) => ({
              validator: () => {
                const trouble = spotTrouble(getFieldsValue(true) as Fields);
                return trouble === null ? Promise.resolve() : Promise.reject(new Error(trouble));
              },
            }),
          ]}
        >
          <InputNumber {...MINUTES} max={1440} />
        </Form.Item>
      </div>
    </>
  );
}

/** What becomes of the code, said before it is asked for. */
function codeWords(wanted: boolean, when: Fields['when'] | undefined): string {
  if (!wanted) return '不要签到码：电视上按确定、刷卡就算签到。';
  return when === 'later'
    ? '开始时如果正好有他们的会在直播，签到码出在画面上；没有会，就自动不要签到码。'
    : '有他们的会在直播，签到码出在画面上；没有会，签到码在点名页上，由您念出来。';
}
