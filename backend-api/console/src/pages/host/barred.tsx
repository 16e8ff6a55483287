import { Result } from 'antd';

import type { StaffMeeting } from '../../api/types';
import { LinkButton } from '../../kit/link_button';

/** In place of the host's page for those who see a meeting and may not direct it. */
export function Barred({ one: { meeting } }: { one: StaffMeeting }) {
  return (
    <main className="center">
      <Result
        status="info"
        title="您的账号不能主持这场会"
        subTitle={`《${meeting.title}》由${meeting.organization.name}主办，请他们的工作人员主持。`}
        extra={[
          ...(meeting.state === 'live'
            ? [
                <LinkButton key="viewings" to={`/meetings/${meeting.id}/viewings`}>
                  看收看情况
                </LinkButton>,
              ]
            : []),
          <LinkButton key="back" to="/meetings" type="primary">
            回到会议
          </LinkButton>,
        ]}
      />
    </main>
  );
}
