//! A recording becomes a programme, exactly once, in the transaction that says so.

use contract::meeting::{RecordingState, StaffMeeting};
use contract::township::{ListingKind, Township};
use store::{Store, Tx, meetings, programmes, township};

use super::{UNKNOWN, note};
use crate::services::kit::audit::{self, Actor};
use crate::services::kit::error::{Result, ServiceError};
use crate::services::media::recording::Recording;
use crate::services::publish::{picture_files, record};

/// What is added to the title.
const SUFFIX: &str = "（回放）";

/// Longest title of a programme, in characters.
const MAX_TITLE: usize = 60;

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
            Err(store::Error::NotFound(_)) => Err(UNKNOWN),
            Err(other) => Err(other.into()),
        },
    )
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
        let meeting = meetings::get(tx, &id)?.ok_or(UNKNOWN)?;
        if meeting.programme_id.is_some() {
            return Ok(meeting.to_staff());
        }
        let stored = picture_files(&recording.poster).chain([&recording.rendition.file]);
        record(tx, stored.cloned().collect(), now_ms)?;
        let content = programmes::Content {
            category: list(tx, &meeting.content.recording_list)?,
            organization_id: meeting.organization.id.clone(),
            audience_id: meeting.audience.id.clone(),
            title: title(&meeting.content.title),
            description: meeting.content.agenda.clone(),
            published_at_ms: now_ms,
            duration_ms: recording.duration_ms,
            poster: recording.poster.clone(),
            renditions: vec![recording.rendition.clone()],
            captions: Vec::new(),
        };
        let programme_id = programmes::create(tx, &content, now_ms)?;
        meetings::set_recording_length(tx, &id, recording.duration_ms)?;
        let (meeting, _) = meetings::link_programme(tx, &id, &programme_id, now_ms)?;
        let subject = format!("programme:{programme_id}");
        let organization = Some(meeting.organization.id.as_str());
        audit::system(tx, "programme.create", &subject, organization, now_ms)?;
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
