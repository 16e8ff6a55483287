import { Button } from 'antd';
import { useState } from 'react';

import { revealMember } from '../../api/members';
import type { Member, MemberSecrets } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Facts } from '../../kit/drawer/drawer';

/** Somebody's numbers, hidden in part until whoever wants to see them says why. */
export function Numbers({ member, may }: { member: Member; may: boolean }) {
  const confirm = useConfirm();
  const [clear, setClear] = useState<MemberSecrets | null>(null);
  const { id_number_masked, phone_masked, card_masked } = member;
  const any = [id_number_masked, phone_masked, card_masked].some((one) => (one ?? '') !== '');
  const ask = () =>
    confirm({
      title: `查看${member.name}的完整号码？`,
      content:
        '证件号、电话和卡号会一起显示，关掉资料就又收起来。谁看的、为什么看，都留在记录里；一天能看的次数有限。',
      okText: '查看',
      cancelText: '不看',
      reason: '核对组织关系',
      run: async (reason) => setClear(await revealMember(member.id, reason)),
    });
  const shown = (whole: string | null | undefined, masked: string | null | undefined) =>
    (clear ? whole : masked) ?? '';
  return (
    <>
      <Facts
        facts={[
          ['身份证号', shown(clear?.id_number, id_number_masked) || '没有登记'],
          ['电话', shown(clear?.phone, phone_masked) || '没留电话'],
          ['卡号', shown(clear?.card, card_masked) || '没有卡'],
        ]}
      />
      {any && may && (
        <p className="member-line">
          {clear === null ? (
            <Button onClick={() => void ask()}>查看完整号码…</Button>
          ) : (
            <Button onClick={() => setClear(null)}>收起号码</Button>
          )}
        </p>
      )}
    </>
  );
}
