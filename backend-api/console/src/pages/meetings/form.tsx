import { Alert, Form, Input, InputNumber, Modal, Radio, Select, Switch, TreeSelect } from 'antd';
import { useState } from 'react';

import { useSaveMeeting } from '../../api/meetings';
import { treeOf, useOrganizations, useProgrammeLists } from '../../api/places';
import { Refusal, sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { Organization, StaffMeeting } from '../../api/types';
import { onCalendar } from '../../parts/china_calendar';
import { ChinaDatePicker } from '../../parts/china_date_picker';
import { Problem } from '../../parts/problem';
import type { Fields } from './draft';
import { draftOf, fieldsOf, placed, suggestedStart } from './draft';

interface Props {
  /** The meeting to change; left out: a new one. */
  meeting: StaffMeeting | undefined;
  onClose: () => void;
}

/** Waits for what the form chooses from, so that its first values are right. */
export function MeetingForm(props: Props) {
  const organizations = useOrganizations();
  const lists = useProgrammeLists();
  const failed = organizations.error ?? lists.error;
  if (organizations.data && lists.data) {
    return <Dialog {...props} organizations={organizations.data} lists={lists.data} />;
  }
  return (
    <Modal open title="会议" footer={null} onCancel={props.onClose} loading={failed === null}>
      {failed && <Problem error={failed} />}
    </Modal>
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
  lists: { value: string; label: string }[];
}

function Dialog({ meeting, onClose, organizations, lists }: DialogProps) {
  const [form] = Form.useForm<Fields>();
  const me = useMe();
  const save = useSaveMeeting();
  const [rest, setRest] = useState<string | null>(null);
  const [first] = useState((): Partial<Fields> => {
    if (meeting) return fieldsOf(meeting);
    const code = me.data?.organization_code ?? organizations[0]?.code;
    return {
      kind: 'conference',
      starts_at: onCalendar(suggestedStart(Date.now())),
      planned_minutes: 60,
      record: lists.length > 0,
      recording_list: lists[0]?.value,
      agenda: '',
      ...(code ? { organization_code: code, audience_code: code } : {}),
    };
  });
  const record = Form.useWatch('record', form);
  const tree = treeOf(organizations);

  const submit = (fields: Fields) => {
    setRest(null);
    save.mutate(
      { draft: draftOf(fields), meeting },
      {
        onSuccess: onClose,
        onError: (error) => {
          const sorted = placed(error instanceof Refusal ? error.fields : []);
          form.setFields(sorted.fields);
          const [firstWrong] = sorted.fields;
          if (firstWrong) form.scrollToField(firstWrong.name, { focus: true });
          if (sorted.rest.length > 0) setRest(sorted.rest.join(''));
          else if (sorted.fields.length === 0) setRest(sentence(error));
        },
      },
    );
  };

  const place = { treeData: tree, showSearch: true, treeNodeFilterProp: 'title' } as const;
  return (
    <Modal
      open
      title={meeting ? '修改会议' : '新建会议'}
      okText={meeting ? '保存' : '建立'}
      cancelText="不保存"
      width={640}
      style={{ top: 16 }}
      className="meeting-form"
      maskClosable={false}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={first}
        onFinish={submit}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="title"
          label="会议名称"
          rules={[{ required: true, whitespace: true, message: '请写会议名称，电视上会显示' }]}
        >
          <Input maxLength={60} showCount autoFocus placeholder="例如：十一月党员大会" />
        </Form.Item>
        <Form.Item name="kind" label="方式">
          <Radio.Group>
            <Radio value="conference">视频会议：可以请站点发言</Radio>
            <Radio value="broadcast">直播：只有主会场讲</Radio>
          </Radio.Group>
        </Form.Item>
        <div className="form-pair">
          <Form.Item
            name="starts_at"
            label="开始时间"
            rules={[{ required: true, message: '请选开始时间' }]}
          >
            <ChinaDatePicker
              showTime={{ format: 'HH:mm', minuteStep: 5 }}
              format="YYYY年M月D日 HH:mm"
              needConfirm={false}
              allowClear={false}
            />
          </Form.Item>
          <Form.Item
            name="planned_minutes"
            label="预计开多久"
            rules={[
              { required: true, message: '请写多少分钟' },
              { type: 'number', min: 5, max: 720, message: '5 分钟到 12 小时（720 分钟）' },
            ]}
          >
            <InputNumber suffix="分钟" step={15} precision={0} />
          </Form.Item>
        </div>
        <div className="form-pair">
          <Form.Item
            name="organization_code"
            label="主办"
            rules={[{ required: true, message: '请选主办单位' }]}
          >
            <TreeSelect {...place} treeDefaultExpandAll={organizations.length <= 100} />
          </Form.Item>
          <Form.Item
            name="audience_code"
            label="参加范围"
            extra="这里和它下面所有的户和站点都能收看。"
            rules={[{ required: true, message: '请选参加范围' }]}
          >
            <TreeSelect {...place} treeDefaultExpandAll={organizations.length <= 100} />
          </Form.Item>
        </div>
        <div className="form-pair">
          <Form.Item name="record" label="录制" valuePropName="checked">
            <Switch checkedChildren="录下来，会后可以回看" unCheckedChildren="不录" />
          </Form.Item>
          {record && (
            <Form.Item
              name="recording_list"
              label="回放放在"
              rules={[{ required: true, message: '请选回放放在哪个栏目' }]}
            >
              <Select options={lists} showSearch optionFilterProp="label" />
            </Form.Item>
          )}
        </div>
        <Form.Item name="agenda" label="议程（可以不写）">
          <Input.TextArea rows={3} maxLength={2000} showCount />
        </Form.Item>
        {rest && <Alert type="error" showIcon message={rest} />}
      </Form>
    </Modal>
  );
}
