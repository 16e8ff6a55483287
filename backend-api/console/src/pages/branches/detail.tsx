import { Button } from 'antd';

import { useBranch, useWithdrawBranch } from '../../api/branches';
import { useOrganizations } from '../../api/places';
import type { StaffBranch } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { Problem } from '../../kit/problem';
import { useNow } from '../../kit/use_now';
import { moment } from '../../words/time';

interface Props {
  /** Code of the organization. */
  code: string;
  may: boolean;
  onEdit: (branch: StaffBranch) => void;
  onClose: () => void;
}

/** The page of an organization as the televisions show it, beside the list. */
export function BranchDetail({ code, may, onEdit, onClose }: Props) {
  const { data: branch, error, refetch } = useBranch(code);
  const organizations = useOrganizations().data ?? [];
  const now = useNow(60_000);
  if (!branch || error) {
    return (
      <Drawer open title="支部主页" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const { draft } = branch;
  const audience = organizations.find((one) => one.code === draft.audience_code)?.name;
  return (
    <Drawer
      open
      title={branch.organization.name}
      foot={may && <Acts branch={branch} onEdit={() => onEdit(branch)} onGone={onClose} />}
      onClose={onClose}
    >
      <Facts
        facts={[
          [
            '介绍',
            <div key="introduction" className="published">
              {draft.introduction.map((text, n) => (
                <p key={n}>{text}</p>
              ))}
            </div>,
          ],
          ['书记', draft.secretary ?? ''],
          ['办公电话', draft.telephone ?? ''],
          ['党员', `${branch.members} 名`],
          ['显示范围', audience ?? draft.audience_code],
          ['发布', moment(branch.published_at_ms, now)],
        ]}
      />
    </Drawer>
  );
}

interface ActsProps {
  branch: StaffBranch;
  onEdit: () => void;
  onGone: () => void;
}

function Acts({ branch, onEdit, onGone }: ActsProps) {
  const confirm = useConfirm();
  const { mutateAsync: withdraw } = useWithdrawBranch();
  const ask = async () => {
    const agreed = await confirm({
      title: '撤下这个主页？',
      content: `${branch.organization.name}的主页会从所有电视上消失。以后可以重新发布。`,
      okText: '撤下',
      cancelText: '不撤',
      run: () => withdraw(branch),
    });
    if (agreed) onGone();
  };
  return (
    <>
      <Button type="text" onClick={() => void ask()}>
        撤下…
      </Button>
      <span className="spacer" />
      <Button type="primary" onClick={onEdit}>
        修改
      </Button>
    </>
  );
}
