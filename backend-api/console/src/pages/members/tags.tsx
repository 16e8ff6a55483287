import type { Member } from '../../api/types';
import { Tag } from '../../kit/tag/tag';

/** What is to be known of somebody at a glance. */
export function MemberTags({ member }: { member: Member }) {
  const exempt = member.exempt_reason ?? '';
  return (
    <span className="people-tags">
      {(member.left_at_ms ?? null) !== null && <Tag tone="off">已离开</Tag>}
      {exempt !== '' && <Tag tone="plain">免点名 · {exempt}</Tag>}
      {member.status === 'probationary' && <Tag tone="plain">到场不表决</Tag>}
      {(member.duplicate_ids ?? []).length > 0 && <Tag tone="due">可能重了</Tag>}
      {!member.pin_set && (member.left_at_ms ?? null) === null && <Tag tone="due">没设 PIN</Tag>}
    </span>
  );
}
