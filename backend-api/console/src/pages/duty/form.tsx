import { Form, Input, Radio, Select, TreeSelect } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';

import { useSaveRoom, useStations } from '../../api/duty';
import { treeOf, useOrganizations } from '../../api/places';
import type { DutyRoom, DutySource, Organization, Terminal } from '../../api/types';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import type { Fields } from './rooms';
import { draftOf, LABELS } from './rooms';

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
  const [first] = useState((): Partial<Fields> => {
    const code = organizations.find(({ id }) => id === room?.organization.id)?.code;
    return {
      title: room?.title ?? '',
      source: room?.source ?? 'station',
      ...(code ? { organization_code: code } : {}),
      ...(room?.terminal_id ? { terminal_id: room.terminal_id } : {}),
    };
  });
  return (
    <FormDialog<Fields>
      title={room ? '修改坐班室' : '新建坐班室'}
      okText={room ? '保存' : '建立'}
      first={{ values: first }}
      labels={LABELS}
      save={(fields) => save.mutateAsync({ draft: draftOf(fields), room })}
      onClose={onClose}
    >
      {(form) => (
        <RoomFields
          form={form}
          first={first}
          keeps={room?.source === 'camera'}
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
          treeData={treeOf(organizations)}
          showSearch
          treeNodeFilterProp="title"
          treeDefaultExpandAll={organizations.length <= 100}
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
