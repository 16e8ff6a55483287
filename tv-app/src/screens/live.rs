//! Meetings as this TV shows them: what is live, what is to come, what can be watched again.

use contract::meeting::{Meeting, MeetingState};
use contract::terminal::TerminalKind;

use super::attendance;
use super::kit::time::{day, time_of_day};
use super::overlay::Toast;
use super::settings::choice;
pub use super::settings::joins_by_itself;
use super::{Effect, Metrics, Route};
use crate::cache::{Cache, MeetingChoice, ServerTime};

/// A meeting that was to begin and has not is still waited for so long, in ms.
const OVERDUE_MS: i64 = 12 * 3_600_000;
/// A recording has become a programme so long after the end, or there is none, in ms.
const RECORDING_MS: i64 = 3_600_000;

/// Where a meeting stands in the calendar, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// 正在直播
    Live,
    /// 今天
    Today,
    /// 本周: the days until Sunday.
    Week,
    /// 以后
    Later,
    /// 安排好的会议: nobody knows which of them are near.
    Planned,
    /// 已结束
    Ended,
}

/// A meeting of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The meeting.
    pub meeting: Meeting,
    /// Where it stands.
    pub group: Group,
    /// What was decided about it here.
    pub choice: MeetingChoice,
}

/// Where a meeting stands in the calendar; `None` when there is nothing left to say of it.
#[must_use]
pub fn group(meeting: &Meeting, now: ServerTime) -> Option<Group> {
    match meeting.state {
        MeetingState::Live => return Some(Group::Live),
        MeetingState::Ended => return Some(Group::Ended),
        MeetingState::Scheduled | MeetingState::Cancelled => {}
    }
    // For so long somebody still waits for it, also past midnight.
    let is_past = meeting.starts_at_ms.saturating_add(OVERDUE_MS) <= now.at_ms;
    if !now.known {
        // What is near cannot be told from what is far.
        return (!is_past).then_some(Group::Planned);
    }
    let age = day(meeting.starts_at_ms, now).age;
    if age == 0 {
        return Some(Group::Today);
    }
    if age > 0 {
        let waited = meeting.state == MeetingState::Scheduled && !is_past;
        return waited.then_some(Group::Today);
    }
    let (_, _, weekday) = time_of_day(now.at_ms);
    Some(if -age <= 6 - weekday {
        Group::Week
    } else {
        Group::Later
    })
}

/// All of them: what is live, what is to come by its time, what is over with the latest first.
#[must_use]
pub fn all(cache: &Cache) -> Vec<Entry> {
    let now = cache.server_time();
    let mut choices = cache.meeting_choices();
    let mut entries: Vec<Entry> = cache
        .meetings()
        .into_iter()
        .filter_map(|meeting| {
            Some(Entry {
                group: group(&meeting, now)?,
                choice: choices.remove(&meeting.id).unwrap_or_default(),
                meeting,
            })
        })
        .collect();
    entries.sort_by_key(|entry| {
        let at = entry.meeting.starts_at_ms;
        let at = if entry.group == Group::Ended { -at } else { at };
        (entry.group, at)
    });
    entries
}

/// Characters at most before the name of who holds a meeting: 等主持人开始 and a space.
const NOTE_BEFORE: f32 = 7.0;

impl Entry {
    /// Height of its line in logical pixels, where a title has this width. One that has no room in its
    /// line makes it higher: it can be read in full nowhere else.
    #[must_use]
    pub fn height(&self, title_width: f32, metrics: &Metrics) -> f32 {
        let sizes = &metrics.calendar;
        let least = match self.group {
            Group::Live => sizes.live,
            _ => sizes.row,
        };
        let title = metrics.title_height(&self.meeting.title, title_width);
        let office = &self.meeting.organization.name;
        let note = metrics.note_height(office, NOTE_BEFORE, title_width);
        least.max(title + note + sizes.edges)
    }

    /// What choosing it does.
    #[must_use]
    pub fn choose(&self, cache: &Cache) -> Effect {
        let id = self.meeting.id.clone();
        match self.meeting.state {
            MeetingState::Live if cache.sync_state().online => Effect::Open(Route::Meeting { id }),
            MeetingState::Live => Effect::Toast(Toast::MeetingOffline),
            MeetingState::Scheduled => Effect::Remind(id, !self.choice.remind),
            MeetingState::Cancelled => Effect::Toast(Toast::MeetingCancelled),
            MeetingState::Ended => match self.meeting.programme_id.clone() {
                Some(id) => Effect::Open(Route::Programme { id }),
                None => Effect::Toast(Toast::NoRecording),
            },
        }
    }
}

/// Whether it ended so lately that its recording may still come.
#[must_use]
pub fn is_recent(meeting: &Meeting, now: ServerTime) -> bool {
    meeting.state == MeetingState::Ended
        && meeting
            .ended_at_ms
            .zip(now.known_ms())
            .is_some_and(|(at, now)| now - at < RECORDING_MS)
}

/// The meeting that is live now; of several the one that began last.
#[must_use]
pub fn live(meetings: &[Meeting]) -> Option<&Meeting> {
    meetings
        .iter()
        .filter(|meeting| meeting.state == MeetingState::Live)
        .max_by_key(|meeting| meeting.started_at_ms)
}

/// The next meeting of the coming seven days that is not live yet; none while nobody knows what
/// time it is.
#[must_use]
pub fn next(meetings: &[Meeting], now: ServerTime) -> Option<&Meeting> {
    now.known_ms()?;
    meetings
        .iter()
        .filter(|meeting| meeting.state == MeetingState::Scheduled)
        .filter(|meeting| group(meeting, now).is_some())
        .filter(|meeting| day(meeting.starts_at_ms, now).age > -7)
        .min_by_key(|meeting| meeting.starts_at_ms)
}

/// Whether somebody can be called on here: a station for which a camera or a microphone was chosen.
#[must_use]
pub fn can_speak(cache: &Cache) -> bool {
    attendance::kind(cache) == TerminalKind::Station && choice::is_any(&choice::capture(cache))
}

#[cfg(test)]
#[path = "live/tests.rs"]
mod tests;
