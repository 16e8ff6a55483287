/** What is done to members: each asks first, and says what happens then. */
import {
  drawPin,
  leaveMember,
  purgeMember,
  returnMember,
  saveMember,
  useMembersChanged,
} from '../../api/members';
import type { Member } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import type { BulkResult } from '../../kit/collection/selection';
import { toEach } from '../../kit/collection/selection';
import { draftOf, fieldsOf } from './draft';

/** A PIN that was drawn: shown once. */
export interface Issued {
  member: Member;
  pin: string;
}

const people = (members: readonly Member[]) =>
  members.length === 1 ? (members[0]?.name ?? '') : `这 ${members.length} 个人`;

export function useMemberActs() {
  const confirm = useConfirm();
  const changed = useMembersChanged();

  /** Whether it was done. */
  const leave = async (member: Member): Promise<boolean> => {
    const said = await confirm({
      title: `登记${member.name}离开？`,
      content:
        '去世、出党、迁走都在这里登记。以后的点名不算，也不能再签到；过去的记录都在，随时可以恢复。',
      okText: '登记离开',
      cancelText: '不登记',
      reason: '迁往外省',
      run: (reason) => leaveMember(member.id, reason).finally(() => void changed()),
    });
    return said !== null;
  };

  const comeBack = async (member: Member): Promise<boolean> => {
    const said = await confirm({
      title: `恢复${member.name}？`,
      content: '恢复以后，点名会再算上，也能在电视上签到。',
      okText: '恢复',
      cancelText: '不恢复',
      reason: '组织关系转回来了',
      run: (reason) => returnMember(member.id, reason).finally(() => void changed()),
    });
    return said !== null;
  };

  /** Two steps: nothing brings back what is gone then. */
  const purge = async (member: Member): Promise<boolean> => {
    const first = await confirm({
      title: `清除${member.name}的个人信息？`,
      content:
        '姓名、证件号、电话、卡号、PIN 都会从服务器的磁盘上抹掉，只留下一条没有名字的记录，过去的人数不变。办了就找不回来。',
      okText: '下一步…',
      cancelText: '不清除',
    });
    if (first === null) return false;
    const said = await confirm({
      title: '第二步：写明原因，马上清除',
      content: `清除的是：${member.name}（${member.organization.name}）。原因会留在记录里，不要写姓名。`,
      okText: '清除，不能恢复',
      cancelText: '不清除',
      reason: '本人要求删除',
      run: (reason) => purgeMember(member.id, reason).finally(() => void changed()),
    });
    return said !== null;
  };

  /** Draws new PINs; `null`: it was thought better of. */
  const newPins = async (
    members: readonly Member[],
    onIssued: (issued: Issued[]) => void,
  ): Promise<BulkResult<Member> | null> => {
    const said = await confirm({
      title: `给${people(members)}重设 PIN？`,
      content: '旧的 PIN 马上作废。新的只显示这一次，可以打印成纸条封好，交给本人。',
      okText: '重设 PIN',
      cancelText: '不重设',
    });
    if (said === null) return null;
    const issued: Issued[] = [];
    const result = await toEach(members, async (member) => {
      issued.push({ member, pin: await drawPin(member.id) });
    });
    void changed();
    if (issued.length > 0) onIssued(issued);
    return result;
  };

  /** Roll calls no longer count them. `codeOf`: codes of organizations by their ids. */
  const exempt = async (
    members: readonly Member[],
    codeOf: (id: string) => string,
  ): Promise<BulkResult<Member> | null> => {
    const said = await confirm({
      title: `${people(members)}以后免点名？`,
      content: '点名时不算在应到里。资料里随时可以改回来。',
      okText: '免点名',
      cancelText: '不免',
      reason: '年老体弱',
    });
    if (said === null) return null;
    const result = await toEach(members, (member) => {
      const fields = fieldsOf(member, codeOf(member.organization.id));
      const draft = draftOf({ ...fields, exempt_reason: said.reason });
      return saveMember(member.id, draft, member.version);
    });
    void changed();
    return result;
  };

  return { leave, comeBack, purge, newPins, exempt };
}
