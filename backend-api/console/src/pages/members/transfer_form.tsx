import { Form } from 'antd';
import { useRef } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { transferMember, useMembersChanged } from '../../api/members';
import { useOrganizations } from '../../api/places';
import type { Member } from '../../api/types';
import type { BulkResult } from '../../kit/collection/selection';
import { toEach } from '../../kit/collection/selection';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { ReasonItem } from '../../kit/reason/reason_item';
import { TreeSelect } from '../../kit/select';

interface Filled {
  to: string;
  reason: string;
}

const LABELS: Labels<Filled> = { to: '转到哪个单位', reason: '原因' };

interface Props {
  members: readonly Member[];
  /** What became of it; `null`: it was thought better of. Of one alone what goes wrong stays in the form. */
  onDone: (result: BulkResult<Member> | null) => void;
}

/** 转到别的单位: for one, or for all that are selected. */
export function TransferForm({ members, onDone }: Props) {
  const organizations = useOrganizations();
  const changed = useMembersChanged();
  const result = useRef<BulkResult<Member> | null>(null);
  const [only] = members.length === 1 ? members : [];
  const title = only ? `${only.name}转到别的单位` : `${members.length} 个人转到别的单位`;
  if (!organizations.data) {
    return (
      <FormWaiting
        title={title}
        error={organizations.error}
        retry={organizations.refetch}
        onClose={() => onDone(null)}
      />
    );
  }
  const save = async ({ to, reason }: Filled) => {
    const move = (member: Member) => transferMember(member.id, to, reason.trim());
    if (only) {
      await move(only);
      result.current = { done: [only], failed: [] };
    } else {
      result.current = await toEach(members, move);
    }
    void changed();
  };
  return (
    <FormDialog<Filled>
      shape="dialog"
      title={title}
      okText="转过去"
      cancelText="不转"
      first={{ values: {} }}
      labels={LABELS}
      serverNames={{ to_organization_code: 'to' }}
      save={save}
      onClose={() => onDone(result.current)}
    >
      <p>户留在原来的村，要在新单位另选。以后的点名和人数算在新单位，过去的记录不动。</p>
      <Form.Item name="to" label={LABELS.to} rules={[{ required: true, message: '请选单位' }]}>
        <TreeSelect {...organizationChoice(organizations.data)} />
      </Form.Item>
      <ReasonItem example="组织关系转入" />
    </FormDialog>
  );
}
