import { Form, Input, Radio } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { roomNow, useSaveRoom, useStations } from '../../api/duty';
import { useOrganizations } from '../../api/places';
import type { DutyRoom, DutySource, Organization, Terminal } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { Select, TreeSelect } from '../../kit/select';
import type { Fields } from './rooms';
import { draftOf, fieldsOf, LABELS, read } from './rooms';

interface Props {
  /** The room to change; left out: a new one. */
  room: DutyRoom | undefined;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function RoomForm(props: Props) {
  const organizations = useOrganizations();
  const stations = useStations();
  const failed = organizations.error ?? stations.error;
  if (organizations.data && stations.data) {
    return <Dialog {...props} organizations={organizations.data} stations={stations.data} />;
  }
  const retry = () => Promise.all([organizations.refetch(), stations.refetch()]);
  return <FormWaiting title="坐班室" error={failed} retry={retry} onClose={props.onClose} />;
}

interface DialogProps extends Props {
  organizations: Organization[];
  stations: Terminal[];
}

function Dialog({ room, onClose, organizations, stations }: DialogProps) {
  const save = useSaveRoom();
  /** The room as it was read last. */
  const [now, setNow] = useState(room);
  const standing = (one: DutyRoom): Standing<Fields> => ({
    values: fieldsOf(one, organizations),
    version: one.version,
    closed: one.looking ? '有人正在查看这间坐班室，请等查看结束后再改。' : undefined,
  });
  const [first] = useState(() =>
    room ? standing(room) : { values: { title: '', source: 'station' as const } },
  );
  const nameOf = (code: string) =>
    organizations.find((one) => one.code === code)?.name ??
    stations.find((one) => one.id === code)?.name;
  const id = room?.id;
  const current = async (of: string) => {
    const found = await roomNow(of);
    setNow(found);
    return standing(found);
  };
  return (
    <FormDialog<Fields>
      title={room ? '修改坐班室' : '新建坐班室'}
      okText={room ? '保存' : '建立'}
      first={first}
      labels={LABELS}
      show={(name, value) => read(name, value, nameOf)}
      save={(fields, version) =>
        save.mutateAsync({
          draft: draftOf(fields),
          of: id !== undefined && version !== undefined ? { id, version } : undefined,
        })
      }
      {...(id === undefined ? {} : { current: () => current(id) })}
      onClose={onClose}
    >
      {(form) => (
        <RoomFields
          form={form}
          first={first.values}
          keeps={now?.source === 'camera'}
          organizations={organizations}
          stations={stations}
        />
      )}
    </FormDialog>
  );
}

interface FieldsProps extends Pick<DialogProps, 'organizations' | 'stations'> {
  form: FormInstance<Fields>;
  first: Partial<Fields>;
  /** It has a camera, whose address is kept when none is written. */
  keeps: boolean;
}

function RoomFields({ form, first, keeps, organizations, stations }: FieldsProps) {
  // Before the fields are there nothing is watched, whatever the types say.
  const source = (Form.useWatch('source', form) as DutySource | undefined) ?? first.source;
  const place =
    (Form.useWatch('organization_code', form) as string | undefined) ?? first.organization_code;
  const here = organizations.find((one) => one.code === place)?.id;
  const choices = stations
    .filter(({ organization }) => organization.id === here)
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <Form.Item
        name="title"
        label={LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写名称，电视上会显示' }]}
      >
        <Input maxLength={30} showCount autoFocus placeholder="例如：村委会值班室" />
      </Form.Item>
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        extra="有人查看时，这个单位的电视都会显示。"
        rules={[{ required: true, message: '请选所在单位' }]}
      >
        <TreeSelect
          {...organizationChoice(organizations)}
          onChange={() => form.setFieldValue('terminal_id', undefined)}
        />
      </Form.Item>
      <Form.Item name="source" label={LABELS.source}>
        <Radio.Group>
          <Radio value="station">站点电视的摄像头</Radio>
          <Radio value="camera">网络摄像头（RTSP）</Radio>
        </Radio.Group>
      </Form.Item>
      {source === 'station' ? (
        <Form.Item
          name="terminal_id"
          label={LABELS.terminal_id}
          rules={[{ required: true, message: '请选一台站点电视' }]}
        >
          <Select
            options={choices}
            showSearch
            optionFilterProp="label"
            notFoundContent="这个单位还没有登记站点电视"
          />
        </Form.Item>
      ) : (
        <Form.Item
          name="camera_url"
          label={LABELS.camera_url}
          extra={
            keeps
              ? '地址已加密保存，不再显示。不改就留空。'
              : '可以带用户名和密码。加密保存，以后不再显示。'
          }
          rules={keeps ? [] : [{ required: true, message: '请写摄像头地址' }]}
        >
          <Input
            maxLength={500}
            autoComplete="off"
            placeholder="rtsp://用户名:密码@192.168.1.64/live"
          />
        </Form.Item>
      )}
    </>
  );
}
