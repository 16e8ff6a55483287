import { Form, Input, InputNumber, Radio, Switch } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { meetingNow, useCreateSeries, useSaveMeeting } from '../../api/meetings';
import { useOrganizations, useProgrammeLists } from '../../api/places';
import { useMe } from '../../api/session';
import type { Organization, StaffMeeting } from '../../api/types';
import { onCalendar } from '../../kit/china_calendar';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import { STATE } from '../../words/states';
import type { Fields } from './draft';
import { draftOf, fieldsOf, LABELS, read, SERVER_NAMES, suggestedStart } from './draft';
import { hasFollowing, repeatOf } from './repeat';
import { RepeatFields } from './repeat_fields';

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
  const retry = () => Promise.all([organizations.refetch(), lists.refetch()]);
  return <FormWaiting title="会议" error={failed} retry={retry} onClose={props.onClose} />;
}

interface DialogProps extends Props {
  organizations: Organization[];
  lists: { value: string; label: string }[];
}

const standing = (meeting: StaffMeeting): Standing<Fields> => ({
  values: fieldsOf(meeting),
  version: meeting.version,
  closed:
    meeting.meeting.state === 'scheduled'
      ? undefined
      : `这场会${STATE[meeting.meeting.state]}，不能再改了。`,
});

function Dialog({ meeting, onClose, organizations, lists }: DialogProps) {
  const me = useMe();
  const save = useSaveMeeting();
  const createSeries = useCreateSeries();
  const [first] = useState((): Standing<Fields> => {
    if (meeting) return standing(meeting);
    const code = me.data?.organization_code ?? organizations[0]?.code;
    return {
      values: {
        kind: 'conference',
        starts_at: onCalendar(suggestedStart(Date.now())),
        planned_minutes: 60,
        record: lists.length > 0,
        recording_list: lists[0]?.value,
        agenda: '',
        every: 'once',
        ends: 'times',
        times: 12,
        moved: [],
        ...(code ? { organization_code: code, audience_code: code } : {}),
      },
    };
  });
  const nameOf = (code: string) =>
    organizations.find((one) => one.code === code)?.name ??
    lists.find((one) => one.value === code)?.label;
  const id = meeting?.meeting.id;
  return (
    <FormDialog<Fields>
      title={meeting ? '修改会议' : '新建会议'}
      okText={meeting ? '保存' : '建立'}
      first={first}
      labels={LABELS}
      serverNames={SERVER_NAMES}
      show={(name, value) => read(name, value, nameOf, Date.now())}
      save={(fields, version) => {
        const repeat = id === undefined ? repeatOf(fields) : undefined;
        if (repeat !== undefined) {
          const moved = fields.moved ?? [];
          return createSeries.mutateAsync({ meeting: draftOf(fields), repeat, moved });
        }
        return save.mutateAsync({
          draft: draftOf(fields),
          of: id !== undefined && version !== undefined ? { id, version } : undefined,
          following: fields.reach === 'following',
        });
      }}
      {...(id === undefined ? {} : { current: async () => standing(await meetingNow(id)) })}
      onClose={onClose}
    >
      {(form) => (
        <>
          <MeetingFields form={form} organizations={organizations} lists={lists} />
          {meeting === undefined && <RepeatFields form={form} />}
          {meeting !== undefined && hasFollowing(meeting) && (
            <Form.Item name="reach" label={LABELS.reach}>
              <Radio.Group className="kinds">
                <Radio value="one">
                  <b>只改这一场</b>
                  <span>别的场次不变</span>
                </Radio>
                <Radio value="following">
                  <b>这一场和以后的各场</b>
                  <span>各场日子不变，只跟着改您改过的，包括钟点</span>
                </Radio>
              </Radio.Group>
            </Form.Item>
          )}
        </>
      )}
    </FormDialog>
  );
}

interface FieldsProps extends Pick<DialogProps, 'organizations' | 'lists'> {
  form: FormInstance<Fields>;
}

function MeetingFields({ form, organizations, lists }: FieldsProps) {
  const record = Form.useWatch('record', form);
  const place = organizationChoice(organizations);
  return (
    <>
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写会议名称，电视上会显示' }]}
      >
        <Input
          className="published"
          maxLength={60}
          showCount
          autoFocus
          placeholder="例如：十一月党员大会"
        />
      </Form.Item>
      <Form.Item name="kind" label={LABELS.kind}>
        <Radio.Group className="kinds">
          <Radio value="conference">
            <b>视频会议</b>
            <span>可以请站点发言</span>
          </Radio>
          <Radio value="broadcast">
            <b>直播</b>
            <span>只有主会场讲</span>
          </Radio>
        </Radio.Group>
      </Form.Item>
      <div className="form-pair">
        <Form.Item
          name="starts_at"
          label={LABELS.starts_at}
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
          label={LABELS.planned_minutes}
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
          label={LABELS.organization_code}
          rules={[{ required: true, message: '请选主办单位' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
        <Form.Item
          name="audience_code"
          label={LABELS.audience_code}
          extra="这里和它下面所有的户和站点都能收看。"
          rules={[{ required: true, message: '请选参加范围' }]}
        >
          <TreeSelect {...place} />
        </Form.Item>
      </div>
      <div className="form-pair">
        <Form.Item name="record" label={LABELS.record} valuePropName="checked">
          <Switch checkedChildren="录下来，会后可以回看" unCheckedChildren="不录" />
        </Form.Item>
        {record && (
          <Form.Item
            name="recording_list"
            label={LABELS.recording_list}
            rules={[{ required: true, message: '请选回放放在哪个栏目' }]}
          >
            <Select options={lists} showSearch optionFilterProp="label" />
          </Form.Item>
        )}
      </div>
      <Form.Item name="agenda" label="议程（可以不写）">
        <Input.TextArea rows={3} maxLength={2000} showCount />
      </Form.Item>
    </>
  );
}
