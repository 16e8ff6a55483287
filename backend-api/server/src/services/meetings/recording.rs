//! A recording becomes a programme, exactly once, in the transaction that says so.

use contract::meeting::{RecordingState, StaffMeeting};
use contract::staff::NoticeKind;
use contract::township::{ListingKind, Township};
use store::notices::{self, NewNotice};
use store::{Store, Tx, meetings, township};

use super::{directed, note};
use crate::services::kit::audit::Actor;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::Source;
use crate::services::kit::rights::Staff;
use crate::services::kit::subject;
use crate::services::media::recording::Recording;
use crate::services::programmes::{self, MAX_TITLE, ProgrammeDraft};

/// What is added to the title.
const SUFFIX: &str = "（回放）";

/// Notes what becomes of a recording. One that is a programme stays one.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database failed.
pub fn recording_state(
    store: &Store,
    id: &str,
    state: RecordingState,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let id = id.to_owned();
    store.write(
        move |tx| match meetings::set_recording(tx, &id, state, now_ms) {
            Ok(record) => Ok(record.to_staff()),
            Err(store::Error::NotFound(_)) => Err(subject::missing::<meetings::Record>()),
            Err(other) => Err(other.into()),
        },
    )
}

/// Notes that a recording could not be made, why in plain words, and plans the next try; staff of the
/// organization are told.
///
/// # Errors
/// [`ServiceError::NotFound`], or the database failed.
pub fn recording_failed(store: &Store, id: &str, why: &str, now_ms: i64) -> Result<()> {
    let (id, why) = (id.to_owned(), why.to_owned());
    store.write(move |tx| {
        let _: meetings::Record = subject::existing(tx, &id)?;
        let record = meetings::recording_failed(tx, &id, &why, now_ms)?;
        if record.programme_id.is_some() {
            return Ok(());
        }
        let notice = NewNotice {
            organization_id: record.organization.id,
            kind: NoticeKind::RecordingFailed,
            subject: format!("meeting:{id}"),
            detail: format!("录像处理失败：{why}"),
        };
        Ok(notices::raise(tx, &notice, now_ms)?)
    })
}

/// Staff ask that a recording that could not be made is tried again.
///
/// # Errors
/// [`ServiceError::WrongState`] if it did not fail, [`ServiceError::NotFound`], [`ServiceError::Forbidden`].
pub fn record_again(store: &Store, staff: &Staff, id: &str, now_ms: i64) -> Result<StaffMeeting> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        directed(tx, &staff, &id)?;
        tx.written_by(&staff.login);
        let record = meetings::record_again(tx, &id, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.record_again", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Publishes a recording as a programme for the audience of its meeting. Doing it again changes
/// nothing: the first programme stays.
///
/// # Errors
/// [`ServiceError::NotFound`], [`ServiceError::Conflict`] if there is no list of programmes at
/// all, or the database failed.
pub fn recorded(
    store: &Store,
    id: &str,
    recording: &Recording,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (id, recording) = (id.to_owned(), recording.clone());
    store.write(move |tx| {
        let meeting: meetings::Record = subject::existing(tx, &id)?;
        if meeting.programme_id.is_some() {
            return Ok(meeting.to_staff());
        }
        let draft = ProgrammeDraft {
            category: list(tx, &meeting.content.recording_list)?,
            organization_code: meeting.organization_code.clone(),
            audience_code: meeting.audience_code.clone(),
            title: title(&meeting.content.title),
            description: meeting.content.agenda.clone(),
            published_at_ms: now_ms,
            duration_ms: recording.duration_ms,
            poster: recording.poster.clone(),
            renditions: vec![recording.rendition.clone()],
            captions: Vec::new(),
        };
        let (_, programme_id) = programmes::put(tx, &Source::server(), &draft, now_ms)?;
        meetings::set_recording_length(tx, &id, recording.duration_ms)?;
        let (meeting, _) = meetings::link_programme(tx, &id, &programme_id, now_ms)?;
        note(tx, &Actor::System, "meeting.recorded", &meeting, now_ms)?;
        Ok(meeting.to_staff())
    })
}

/// The list the meeting names; if the township has no such list any more, its first one of
/// programmes, so that the recording is not lost.
fn list(tx: &mut Tx<'_>, wanted: &str) -> Result<String> {
    let township: Township = township::get(tx)?.unwrap_or_default();
    let lists = || {
        let all = township
            .sections
            .iter()
            .flat_map(|section| &section.listings);
        all.filter(|listing| listing.kind == ListingKind::Programmes)
    };
    lists()
        .find(|listing| listing.id == wanted)
        .or_else(|| lists().next())
        .map(|listing| listing.id.clone())
        .ok_or_else(|| ServiceError::Conflict("没有可以放回放的节目栏目".to_owned()))
}

fn title(meeting: &str) -> String {
    let room = MAX_TITLE - SUFFIX.chars().count();
    meeting.chars().take(room).chain(SUFFIX.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_never_longer_than_a_screen_has_room_for() {
        assert_eq!(title("镇村例会"), "镇村例会（回放）");
        let long = title(&"会".repeat(60));
        assert_eq!(long.chars().count(), 60);
        assert!(long.ends_with("会（回放）"));
    }
}
