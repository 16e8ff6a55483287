import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';

import { addToRollCall, membersNamed } from '../../api/meetings';
import { Refusal, sentence } from '../../api/refusal';

interface Filled {
  member: string;
  reason: string;
}

/** 补人: calls somebody too who was entered after the roll call had opened. */
export function AddMember({ rollCallId }: { rollCallId: string }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [form] = Form.useForm<Filled>();
  const { message } = App.useApp();
  const wanted = name.trim();
  const found = useQuery({
    queryKey: ['members-named', wanted],
    queryFn: () => membersNamed(wanted),
    enabled: open && wanted !== '',
  });
  const adding = useMutation({
    mutationFn: ({ member, reason }: Filled) => addToRollCall(rollCallId, member, reason),
    onSuccess: (line) => {
      void message.success(`已把${line.member.name}加进名单，家里的电视马上会叫到`);
      setOpen(false);
    },
    onError: (error) => {
      const fields = error instanceof Refusal ? error.fields : [];
      const said = (field: string) =>
        fields.filter((one) => one.field === field).map((one) => one.message);
      form.setFields([
        { name: 'member', errors: said('member_id') },
        { name: 'reason', errors: said('reason') },
      ]);
      if (fields.length === 0) void message.error(sentence(error));
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>名单里补人</Button>
      <Modal
        title="名单里补人"
        open={open}
        okText="加进名单"
        cancelText="不加了"
        confirmLoading={adding.isPending}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
        afterClose={() => {
          form.resetFields();
          setName('');
        }}
      >
        <p>点名开始时已经登记的人都在名单里。这里补上开始以后才登记或才转来的人。</p>
        <Form form={form} layout="vertical" onFinish={(filled) => adding.mutate(filled)}>
          <Form.Item
            name="member"
            label="姓名"
            rules={[{ required: true, message: '请输入姓名，再从列出的人里选一位' }]}
          >
            <Select
              showSearch
              filterOption={false}
              placeholder="输入姓名查找"
              loading={found.isFetching}
              onSearch={setName}
              notFoundContent={wanted === '' ? '请输入姓名' : '没有找到，请先登记这位同志'}
              options={(found.data ?? []).map((member) => ({
                value: member.id,
                label: `${member.name}（${member.organization.name}）`,
              }))}
            />
          </Form.Item>
          <Form.Item
            name="reason"
            label="原因"
            rules={[{ required: true, message: '请写明原因' }]}
            extra="会保存在记录里，请不要写证件号或电话。"
          >
            <Input maxLength={200} placeholder="例如：点名开始后才转入" />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
