import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty, Spin } from 'antd';
import { useState } from 'react';

import { useMeetings } from '../../api/meetings';
import type { StaffMeeting } from '../../api/types';
import { usePageTitle } from '../../parts/page_title';
import { Problem } from '../../parts/problem';
import { useNow } from '../../parts/use_now';
import { DAY, startOfDay } from '../../words/time';
import { sections } from './calendar';
import { MeetingForm } from './form';
import { MeetingRow } from './row';

const PAST_DAYS = 60;
const COMING_DAYS = 400;

export function MeetingsPage() {
  usePageTitle('会议与直播');
  const now = useNow(30_000);
  const today = startOfDay(now);
  const meetings = useMeetings(today - PAST_DAYS * DAY, today + COMING_DAYS * DAY);
  /** What the form is open for: a meeting, a new one, or nothing. */
  const [editing, setEditing] = useState<StaffMeeting | 'new' | null>(null);

  return (
    <main>
      <div className="page-head">
        <h1>会议与直播</h1>
        <Button
          type="primary"
          size="large"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => setEditing('new')}
        >
          新建会议
        </Button>
      </div>
      {meetings.isError && <Problem error={meetings.error} retry={meetings.refetch} />}
      {meetings.isPending && (
        <div className="center">
          <Spin size="large" />
        </div>
      )}
      {meetings.data?.length === 0 && (
        <Empty description="还没有会议。点“新建会议”，安排第一次直播或视频会议。" />
      )}
      {sections(meetings.data ?? [], now).map((section) => (
        <section key={section.key} aria-labelledby={`section-${section.key}`}>
          <h2 id={`section-${section.key}`} className="section-title">
            {section.title}
            <span className="section-count">{section.meetings.length}</span>
          </h2>
          <ul className="meeting-list">
            {section.meetings.map((one) => (
              <MeetingRow key={one.meeting.id} one={one} now={now} onEdit={() => setEditing(one)} />
            ))}
          </ul>
        </section>
      ))}
      {editing !== null && (
        <MeetingForm
          meeting={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </main>
  );
}
