import { Form, Input } from 'antd';
import { useRef, useState } from 'react';
import { organizationChoice } from '../../kit/organizations/choice';

import { branchNow, useSaveBranch } from '../../api/branches';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { Organization, StaffBranch } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog, FormWaiting } from '../../kit/form_dialog/form_dialog';
import { TreeSelect } from '../../kit/select';
import type { Fields } from './draft';
import { draftOf, fieldsOf, LABELS, read, taken } from './draft';

interface Props {
  /** The page to change; left out: a new one. */
  branch: StaffBranch | undefined;
  onClose: () => void;
}

/** Waits for what the form chooses from. */
export function BranchForm(props: Props) {
  const organizations = useOrganizations();
  if (organizations.data) return <Dialog {...props} organizations={organizations.data} />;
  return (
    <FormWaiting
      title="支部主页"
      error={organizations.error}
      retry={organizations.refetch}
      onClose={props.onClose}
    />
  );
}

interface DialogProps extends Props {
  organizations: Organization[];
}

const standing = (branch: StaffBranch): Standing<Fields> => ({
  values: fieldsOf(branch),
  version: branch.version,
});

function Dialog({ branch, onClose, organizations }: DialogProps) {
  const me = useMe();
  const save = useSaveBranch();
  /** As it stood when the form was filled last: what the form does not show stays. */
  const before = useRef(branch);
  const [first] = useState((): Standing<Fields> => {
    if (branch) return standing(branch);
    const code = me.data?.organization_code;
    return { values: { ...(code ? { audience_code: code } : {}) }, version: 0 };
  });
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name;
  const write = async (fields: Fields, version: number | undefined) => {
    const draft = draftOf(fields, before.current);
    try {
      await save.mutateAsync({ code: fields.organization_code, draft, version: version ?? 0 });
    } catch (error) {
      throw branch ? error : taken(error);
    }
  };
  const code = branch?.organization_code;
  const current = async (of: string) => {
    before.current = await branchNow(of);
    return standing(before.current);
  };
  const place = organizationChoice(organizations);
  return (
    <FormDialog<Fields>
      title={branch ? '修改支部主页' : '新建支部主页'}
      okText={branch ? '保存' : '发布'}
      first={first}
      labels={LABELS}
      show={(_name, value) => read(value, nameOf)}
      save={write}
      {...(code === undefined ? {} : { current: () => current(code) })}
      onClose={onClose}
    >
      <Form.Item
        name="organization_code"
        label={LABELS.organization_code}
        rules={[{ required: true, message: '请选单位' }]}
      >
        <TreeSelect {...place} disabled={branch !== undefined} />
      </Form.Item>
      <Form.Item
        name="audience_code"
        label={LABELS.audience_code}
        extra="这里和它下面所有的电视上都会有这个主页。"
        rules={[{ required: true, message: '请选显示范围' }]}
      >
        <TreeSelect {...place} />
      </Form.Item>
      <Form.Item name="secretary" label={LABELS.secretary}>
        <Input maxLength={20} placeholder="可以不写" />
      </Form.Item>
      <Form.Item
        name="telephone"
        label={LABELS.telephone}
        extra="写办公室的电话，所有人都能看到。不要写个人的号码。"
      >
        <Input maxLength={30} placeholder="例如：0512-40000001，可以不写" />
      </Form.Item>
      <Form.Item
        name="introduction"
        label={LABELS.introduction}
        extra="每行一段。党员人数由系统按名册计算，不用写。"
        rules={[{ required: true, whitespace: true, message: '请写介绍' }]}
      >
        <Input.TextArea className="published" rows={10} showCount />
      </Form.Item>
    </FormDialog>
  );
}
