import { Result } from 'antd';
import { useEffect } from 'react';

import { useMeeting } from '../../api/meetings';
import type { StaffMeeting } from '../../api/types';
import { LinkButton } from '../../kit/link_button';
import { recordingOff } from '../../words/states';
import { length } from '../../words/time';

const RECORDED = {
  none: '',
  recording: '正在保存录像，请稍等。',
  processing: '正在生成回放，大约一分钟后会出现在点播栏目里。',
  published: '回放已经发布，电视上可以回看。',
  failed: '录像没有做成，请管理员查看服务器的记录。',
  held: '录像做好了，在“开过的”里剪好头尾再发布。',
} as const;

/** After the end. */
export function Over({ one }: { one: StaffMeeting }) {
  const { meeting, recording } = one;
  const { refetch } = useMeeting(meeting.id);
  const unfinished = recording === 'recording' || recording === 'processing';
  useEffect(() => {
    if (!unfinished) return undefined;
    const timer = setInterval(() => void refetch(), 3000);
    return () => clearInterval(timer);
  }, [unfinished, refetch]);

  const cancelled = meeting.state === 'cancelled';
  const lasted =
    meeting.started_at_ms != null && meeting.ended_at_ms != null
      ? `一共开了 ${length(meeting.ended_at_ms - meeting.started_at_ms)}。`
      : '';
  return (
    <main className="center">
      <Result
        status={cancelled ? 'info' : 'success'}
        title={cancelled ? `《${meeting.title}》已取消` : `《${meeting.title}》已结束`}
        subTitle={
          <span role="status">
            {cancelled ? '' : `${lasted}${RECORDED[recording]}`}
            {recordingOff(one) !== null && <strong>{recordingOff(one)}</strong>}
          </span>
        }
        extra={[
          ...(cancelled
            ? []
            : [
                <LinkButton key="viewings" to={`/meetings/${meeting.id}/viewings`} type="primary">
                  看收看情况
                </LinkButton>,
              ]),
          <LinkButton key="back" to="/meetings">
            回到会议
          </LinkButton>,
        ]}
      />
    </main>
  );
}
