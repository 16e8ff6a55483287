import { Alert, Form, Input, Modal, Radio, Select, TreeSelect } from 'antd';
import { useState } from 'react';

import { useSaveRoom, useStations } from '../../api/duty';
import { treeOf, useOrganizations } from '../../api/places';
import { Refusal, sentence } from '../../api/refusal';
import type { DutyRoom, DutySource, Organization, Terminal } from '../../api/types';
import { Problem } from '../../parts/problem';
import type { Fields } from './rooms';
import { draftOf, placed } from './rooms';

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
  return (
    <Modal open title="坐班室" footer={null} onCancel={props.onClose} loading={failed === null}>
      {failed && <Problem error={failed} />}
    </Modal>
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
  stations: Terminal[];
}

function Dialog({ room, onClose, organizations, stations }: DialogProps) {
  const [form] = Form.useForm<Fields>();
  const save = useSaveRoom();
  const [rest, setRest] = useState<string | null>(null);
  const code = organizations.find(({ id }) => id === room?.organization.id)?.code;
  const first: Partial<Fields> = {
    title: room?.title ?? '',
    source: room?.source ?? 'station',
    ...(code ? { organization_code: code } : {}),
    ...(room?.terminal_id ? { terminal_id: room.terminal_id } : {}),
  };
  // Before the fields are there nothing is watched, whatever the types say.
  const source = (Form.useWatch('source', form) as DutySource | undefined) ?? first.source;
  const place = (Form.useWatch('organization_code', form) as string | undefined) ?? code;
  const here = organizations.find((one) => one.code === place)?.id;
  const choices = stations
    .filter(({ organization }) => organization.id === here)
    .map(({ id, name }) => ({ value: id, label: name }));
  const keeps = room?.source === 'camera';

  const submit = (fields: Fields) => {
    setRest(null);
    save.mutate(
      { draft: draftOf(fields), room },
      {
        onSuccess: onClose,
        onError: (error) => {
          const sorted = placed(error instanceof Refusal ? error.fields : []);
          form.setFields(sorted.fields);
          if (sorted.rest.length > 0) setRest(sorted.rest.join(''));
          else if (sorted.fields.length === 0) setRest(sentence(error));
        },
      },
    );
  };

  return (
    <Modal
      open
      title={room ? '修改坐班室' : '新建坐班室'}
      okText={room ? '保存' : '建立'}
      cancelText="不保存"
      width={560}
      style={{ top: 40 }}
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
          label="名称"
          rules={[{ required: true, whitespace: true, message: '请写名称，电视上会显示' }]}
        >
          <Input maxLength={30} showCount autoFocus placeholder="例如：村委会值班室" />
        </Form.Item>
        <Form.Item
          name="organization_code"
          label="所在单位"
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
        <Form.Item name="source" label="画面来自">
          <Radio.Group>
            <Radio value="station">站点电视的摄像头</Radio>
            <Radio value="camera">网络摄像头（RTSP）</Radio>
          </Radio.Group>
        </Form.Item>
        {source === 'station' ? (
          <Form.Item
            name="terminal_id"
            label="站点电视"
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
            label="摄像头地址"
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
        {rest && <Alert type="error" showIcon message={rest} />}
      </Form>
    </Modal>
  );
}
