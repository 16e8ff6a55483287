import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Form } from 'antd';
import { useState } from 'react';

import { addToRollCall, membersNamed } from '../../api/meetings';
import { useMay } from '../../kit/may/use_may';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { ReasonItem } from '../../kit/reason/reason_item';
import { Select } from '../../kit/select';
import { moreWords, nobodyWords } from './members';

interface Filled {
  member: string;
  reason: string;
}

const LABELS: Labels<Filled> = { member: '姓名', reason: '原因' };

/** 补人: calls somebody too who was entered after the roll call had opened. */
export function AddMember({ rollCallId }: { rollCallId: string }) {
  const [open, setOpen] = useState(false);
  const may = useMay();
  const { message } = App.useApp();
  const adding = useMutation({
    mutationFn: ({ member, reason }: Filled) => addToRollCall(rollCallId, member, reason.trim()),
    onSuccess: (line) =>
      void message.success(`已把${line.member.name}加进名单，家里的电视马上会叫到`),
  });
  return (
    <>
      {may('roll_call') && may('read_members') && (
        <Button onClick={() => setOpen(true)}>名单里补人</Button>
      )}
      {open && (
        <FormDialog<Filled>
          shape="dialog"
          title="名单里补人"
          okText="加进名单"
          cancelText="不加了"
          first={{ values: {} }}
          labels={LABELS}
          serverNames={{ member_id: 'member' }}
          save={(filled) => adding.mutateAsync(filled)}
          onClose={() => setOpen(false)}
        >
          <p>点名开始时已经登记的人都在名单里。这里补上开始以后才登记或才转来的人。</p>
          <MemberItem />
          <ReasonItem example="点名开始后才转入" />
        </FormDialog>
      )}
    </>
  );
}

function MemberItem() {
  const [name, setName] = useState('');
  const wanted = name.trim();
  const found = useQuery({
    queryKey: ['members-named', wanted],
    queryFn: () => membersNamed(wanted),
    enabled: wanted !== '',
  });
  return (
    <Form.Item
      name="member"
      label={LABELS.member}
      extra={found.data?.more ? moreWords : undefined}
      rules={[{ required: true, message: '请输入姓名，再从列出的人里选一位' }]}
    >
      <Select
        showSearch
        filterOption={false}
        placeholder="输入姓名查找"
        loading={found.isFetching}
        onSearch={setName}
        notFoundContent={nobodyWords(wanted, found)}
        options={(found.data?.members ?? []).map((member) => ({
          value: member.id,
          label: `${member.name}（${member.organization.name}）`,
        }))}
      />
    </Form.Item>
  );
}
