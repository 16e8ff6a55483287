import { useCancelMeeting } from '../../api/meetings';
import type { StaffMeeting } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';

/** An example of why. */
export const CANCEL_REASON = '停电，改到下周再开';

/** Asks why, then cancels a meeting that has not begun. */
export function useAskToCancel() {
  const confirm = useConfirm();
  const { mutateAsync: cancel } = useCancelMeeting();
  return ({ meeting }: StaffMeeting, following = false) =>
    confirm({
      title: following ? '取消这一场和以后的各场？' : '取消这次会议？',
      content: `《${meeting.title}》${following ? '，这一场和同一系列里以后还没有开的各场' : ''}：各户和各站点的电视上会看到会议已取消，看不到原因。`,
      okText: '取消会议',
      cancelText: '不取消',
      reason: CANCEL_REASON,
      run: (reason) => cancel({ id: meeting.id, reason, following }),
    });
}
