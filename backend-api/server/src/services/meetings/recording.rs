//! A recording becomes a programme, exactly once, in the transaction that says so: by itself, or when staff have cut
//! it and publish it.

use contract::meeting::{HeldRecording, RecordingCut, RecordingState, StaffMeeting};
use contract::staff::NoticeKind;
use contract::township::{ListingKind, Township};
use store::notices::{self, NewNotice};
use store::{Store, Tx, WriteTx, files, meetings, township};

use super::{directed, note};
use crate::services::kit::audit::Actor;
use crate::services::kit::error::{Result, ServiceError};
use crate::services::kit::publishing::Source;
use crate::services::kit::rights::Staff;
use crate::services::kit::subject;
use crate::services::media::recording::Recording;
use crate::services::pictures;
use crate::services::programmes::{self, MAX_TITLE, ProgrammeDraft};

/// What is added to the title.
const SUFFIX: &str = "（回放）";

/// Shorter is no recording, in ms.
const SHORTEST_MS: i64 = 1_000;

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

/// Staff want to cut and publish a recording themselves, or not.
///
/// # Errors
/// [`ServiceError::WrongState`] if it waits already or is published, [`ServiceError::NotFound`],
/// [`ServiceError::Forbidden`].
pub fn hold_recording(
    store: &Store,
    staff: &Staff,
    id: &str,
    hold: bool,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        directed(tx, &staff, &id)?;
        tx.written_by(&staff.login);
        let record = meetings::hold_recording(tx, &id, hold, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.hold_recording", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Staff want a part of what was recorded in the place of what waits to be published.
///
/// # Errors
/// [`ServiceError::Invalid`]; [`ServiceError::WrongState`] if nothing waits, [`ServiceError::NotFound`],
/// [`ServiceError::Forbidden`].
pub fn cut_recording(
    store: &Store,
    staff: &Staff,
    id: &str,
    cut: RecordingCut,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let old = directed(tx, &staff, &id)?;
        let whole_ms = old.held.as_ref().map_or(i64::MAX, |held| held.whole_ms);
        let cut = RecordingCut {
            to_ms: cut.to_ms.min(whole_ms),
            ..cut
        };
        if cut.from_ms < 0 {
            return Err(ServiceError::field("from_ms", "开头不能早于录像的开头"));
        }
        if cut.to_ms.saturating_sub(cut.from_ms) < SHORTEST_MS {
            return Err(ServiceError::field("to_ms", "剪下来的至少要有一秒"));
        }
        tx.written_by(&staff.login);
        let record = meetings::cut_recording(tx, &id, &cut, now_ms)?;
        let actor = Actor::of(Some(&staff));
        note(tx, &actor, "meeting.cut_recording", &record, now_ms)?;
        Ok(record.to_staff())
    })
}

/// Staff publish a recording that waits.
///
/// # Errors
/// [`ServiceError::WrongState`] if none waits, [`ServiceError::NotFound`], [`ServiceError::Forbidden`],
/// [`ServiceError::Conflict`] if there is no list of programmes at all.
pub fn publish_recording(
    store: &Store,
    staff: &Staff,
    id: &str,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let (staff, id) = (staff.clone(), id.to_owned());
    store.write(move |tx| {
        let meeting = directed(tx, &staff, &id)?;
        let stands = meeting.to_staff();
        let Some(held) = stands.held else {
            return Err(ServiceError::WrongState(stands.recording.into()));
        };
        tx.written_by(&staff.login);
        let actor = Actor::of(Some(&staff));
        published(tx, &meeting, &held, &actor, now_ms)
    })
}

/// Publishes a recording as a programme for the audience of its meeting, or keeps it for staff who want to cut it.
/// Doing it again changes nothing: the first programme stays.
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
        let held = HeldRecording {
            rendition: recording.rendition.clone(),
            poster: recording.poster.clone(),
            duration_ms: recording.duration_ms,
            from_ms: recording.from_ms,
            whole_ms: recording.whole_ms,
            asked: recording.asked,
        };
        // What is compared with the length of the meeting is all that was recorded.
        let length_ms = held.asked.map_or(held.duration_ms, |_| held.whole_ms);
        meetings::set_recording_length(tx, &id, length_ms)?;
        if meeting.hold_recording {
            return kept(tx, &meeting, &held, now_ms);
        }
        published(tx, &meeting, &held, &Actor::System, now_ms)
    })
}

/// Keeps a recording until staff publish it; what waited before is forgotten.
fn kept(
    tx: &mut WriteTx<'_>,
    meeting: &meetings::Record,
    held: &HeldRecording,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let stored = pictures::files_of(&held.poster);
    pictures::keep(tx, stored.chain([&held.rendition.file]), now_ms)?;
    let record = meetings::keep_recording(tx, &meeting.id, held, now_ms)?;
    for file in meeting
        .held
        .iter()
        .flat_map(|old| pictures::files_of(&old.poster).chain([&old.rendition.file]))
    {
        files::forget(tx, &file.name, now_ms)?;
    }
    note(tx, &Actor::System, "meeting.recorded", &record, now_ms)?;
    Ok(record.to_staff())
}

fn published(
    tx: &mut WriteTx<'_>,
    meeting: &meetings::Record,
    held: &HeldRecording,
    actor: &Actor,
    now_ms: i64,
) -> Result<StaffMeeting> {
    let draft = ProgrammeDraft {
        category: list(tx, &meeting.content.recording_list)?,
        organization_code: meeting.organization_code.clone(),
        audience_code: meeting.audience_code.clone(),
        title: title(&meeting.content.title),
        description: meeting.content.agenda.clone(),
        published_at_ms: now_ms,
        duration_ms: held.duration_ms,
        poster: held.poster.clone(),
        renditions: vec![held.rendition.clone()],
        captions: Vec::new(),
    };
    let (_, programme_id) = programmes::put(tx, &Source::server(), &draft, now_ms)?;
    let (meeting, _) = meetings::link_programme(tx, &meeting.id, &programme_id, now_ms)?;
    note(tx, actor, "meeting.recorded", &meeting, now_ms)?;
    Ok(meeting.to_staff())
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
