//! Fills `MeetingsAdapter`, and a meeting's data for wherever it is shown.

use contract::meeting::{Meeting, MeetingKind, MeetingState};
use slint::ComponentHandle;
use tv_ui::{MeetingData, MeetingGroup, MeetingLine, MeetingsAdapter, ScreenKind};

use super::{Line, Meetings};
use crate::cache::ServerTime;
use crate::screens::kit::time::{day, time_of_day};
use crate::screens::kit::view::{fill, focus_at, page};
use crate::screens::live::{self, Group};
use crate::screens::people_view::clock;
use crate::screens::view::{Canvas, Draw, to_day};

/// A meeting as lists and Home draw it.
pub(in crate::screens) fn meeting(meeting: &Meeting, remind: bool, now: ServerTime) -> MeetingData {
    let at = match meeting.state {
        MeetingState::Live | MeetingState::Ended => {
            meeting.started_at_ms.unwrap_or(meeting.starts_at_ms)
        }
        MeetingState::Scheduled | MeetingState::Cancelled => meeting.starts_at_ms,
    };
    let (_, _, weekday) = time_of_day(at);
    MeetingData {
        title: (&meeting.title).into(),
        office: (&meeting.organization.name).into(),
        conference: meeting.kind == MeetingKind::Conference,
        group: group(live::group(meeting, now).unwrap_or(Group::Ended)),
        day: to_day(day(at, now)),
        weekday,
        clock: clock(at),
        remind,
        overdue: meeting.state == MeetingState::Scheduled
            && now
                .known_ms()
                .is_some_and(|now| meeting.starts_at_ms <= now),
        cancelled: meeting.state == MeetingState::Cancelled,
        recorded: meeting.programme_id.is_some(),
        recent: live::is_recent(meeting, now),
    }
}

fn group(group: Group) -> MeetingGroup {
    match group {
        Group::Live => MeetingGroup::Live,
        Group::Today => MeetingGroup::Today,
        Group::Week => MeetingGroup::Week,
        Group::Later => MeetingGroup::Later,
        Group::Planned => MeetingGroup::Planned,
        Group::Ended => MeetingGroup::Ended,
    }
}

impl Draw for Meetings {
    fn kind(&self) -> ScreenKind {
        ScreenKind::Meetings
    }

    fn draw(&self, &Canvas { window, .. }: &Canvas<'_>) {
        let adapter = window.global::<MeetingsAdapter<'_>>();
        adapter.set_page(page(self.lines(), self.title(), ""));
        adapter.set_focus_at(focus_at(self.lines()));
        adapter.set_on_meeting(self.focused().is_some());
        adapter.set_remind(self.reminds());
        let lines = self.lines().visible().map(|line| match *line.what {
            Line::Heading(kind) => MeetingLine {
                heading: true,
                group: group(kind),
                y: line.y,
                height: line.height,
                ..MeetingLine::default()
            },
            Line::Meeting(at) => {
                let entry = &self.entries()[at];
                MeetingLine {
                    heading: false,
                    group: group(entry.group),
                    y: line.y,
                    height: line.height,
                    data: meeting(&entry.meeting, entry.choice.remind, self.now()),
                    focused: line.focused,
                }
            }
        });
        fill(&adapter.get_lines(), lines.collect(), |lines| {
            adapter.set_lines(lines);
        });
    }
}
