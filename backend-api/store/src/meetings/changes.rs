//! The life of a meeting, step by step. Steps that may be asked for twice, because an answer was
//! lost, change nothing the second time.

use contract::kinds::DocumentKind;
use contract::meeting::{MeetingState, RecordingState};

use super::{
    Content, Record, SHOWN_AFTER_MS, check_at, existing, hide_planned_at, insert,
    require_organizations,
};
use crate::codec::to_name;
use crate::driver::{WriteTx, params};
use crate::due;
use crate::error::{Error, Result};
use crate::feed_entries;
use crate::roll_calls;
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::versions::Seen;

/// Replaces what was planned of a meeting that has not begun.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], [`Error::WrongState`] once it began or was cancelled.
pub fn edit(
    tx: &mut WriteTx<'_>,
    id: &str,
    seen: impl Into<Seen>,
    content: &Content,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    seen.into().check(old.version)?;
    if old.state != MeetingState::Scheduled {
        return Err(Error::WrongState(old.state.into()));
    }
    replace(tx, id, content, now_ms)?;
    existing(tx, id)
}

/// Scheduled → cancelled, with the reason that staff give. Tells whether it was scheduled; if it was
/// cancelled before, the reason of then stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] once it began.
pub fn cancel(
    tx: &mut WriteTx<'_>,
    id: &str,
    reason: Option<&str>,
    now_ms: i64,
) -> Result<(Record, bool)> {
    let old = existing(tx, id)?;
    match old.state {
        MeetingState::Scheduled => {}
        MeetingState::Cancelled => return Ok((old, false)),
        MeetingState::Live | MeetingState::Ended => {
            return Err(Error::WrongState(old.state.into()));
        }
    }
    step(tx, id, MeetingState::Cancelled, now_ms)?;
    tx.execute(
        "UPDATE meetings SET cancel_reason = ?2 WHERE id = ?1",
        params![id, reason],
    )?;
    set_hidden_at(tx, id, Some(now_ms.saturating_add(SHOWN_AFTER_MS)))?;
    due::cancel(tx, due::Kind::StationCheck, id)?;
    show(tx, &old, now_ms)?;
    Ok((existing(tx, id)?, true))
}

/// Scheduled → live. Tells whether it was scheduled.
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] once it is over or cancelled.
pub fn start(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<(Record, bool)> {
    let old = existing(tx, id)?;
    match old.state {
        MeetingState::Scheduled => {}
        MeetingState::Live => return Ok((old, false)),
        MeetingState::Ended | MeetingState::Cancelled => {
            return Err(Error::WrongState(old.state.into()));
        }
    }
    step(tx, id, MeetingState::Live, now_ms)?;
    tx.execute(
        "UPDATE meetings SET started_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?;
    set_hidden_at(tx, id, None)?;
    due::cancel(tx, due::Kind::StationCheck, id)?;
    show(tx, &old, now_ms)?;
    let record = existing(tx, id)?;
    let planned_end_ms = record.planned_end_ms();
    due::schedule(tx, due::Kind::MeetingForgotten, id, planned_end_ms)?;
    Ok((record, true))
}

/// Live → ended. Tells whether it was live.
///
/// # Errors
/// [`Error::NotFound`], [`Error::WrongState`] if it never began.
pub fn end(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<(Record, bool)> {
    let old = existing(tx, id)?;
    match old.state {
        MeetingState::Live => {}
        MeetingState::Ended => return Ok((old, false)),
        MeetingState::Scheduled | MeetingState::Cancelled => {
            return Err(Error::WrongState(old.state.into()));
        }
    }
    step(tx, id, MeetingState::Ended, now_ms)?;
    tx.execute(
        "UPDATE meetings SET ended_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms],
    )?;
    due::cancel(tx, due::Kind::MeetingForgotten, id)?;
    set_hidden_at(tx, id, Some(now_ms.saturating_add(SHOWN_AFTER_MS)))?;
    show(tx, &old, now_ms)?;
    Ok((existing(tx, id)?, true))
}

/// Notes what becomes of the recording. One that is a programme stays one; saying
/// the same again changes nothing.
///
/// # Errors
/// [`Error::NotFound`].
pub fn set_recording(
    tx: &mut WriteTx<'_>,
    id: &str,
    recording: RecordingState,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    if old.programme_id.is_some() || old.recording == recording {
        return Ok(old);
    }
    tx.execute(
        "UPDATE meetings SET recording = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4
         WHERE id = ?1",
        params![id, to_name(&recording)?, now_ms, tx.writer()],
    )?;
    existing(tx, id)
}

/// Notes how long the recording is, in ms, to be told beside the length of the meeting.
///
/// # Errors
/// The database failed.
pub fn set_recording_length(tx: &mut WriteTx<'_>, id: &str, recording_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE meetings SET recording_ms = ?2 WHERE id = ?1",
        params![id, recording_ms],
    )?;
    Ok(())
}

/// Notes which programme the meeting can be watched again as. Tells whether it had none before;
/// if it had one, nothing changes.
///
/// # Errors
/// [`Error::NotFound`].
pub fn link_programme(
    tx: &mut WriteTx<'_>,
    id: &str,
    programme_id: &str,
    now_ms: i64,
) -> Result<(Record, bool)> {
    let old = existing(tx, id)?;
    if old.programme_id.is_some() {
        return Ok((old, false));
    }
    tx.execute(
        "UPDATE meetings SET programme_id = ?2, recording = ?3, held = NULL, recording_cut = NULL,
             version = version + 1, updated_at_ms = ?4, updated_by = ?5
         WHERE id = ?1",
        params![
            id,
            programme_id,
            to_name(&RecordingState::Published)?,
            now_ms,
            tx.writer()
        ],
    )?;
    if old.shown {
        show(tx, &old, now_ms)?;
    }
    Ok((existing(tx, id)?, true))
}

/// Notes the roll call that is held in it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn link_roll_call(
    tx: &mut WriteTx<'_>,
    id: &str,
    roll_call_id: &str,
    now_ms: i64,
) -> Result<Record> {
    roll_calls::set_meeting(tx, roll_call_id, id)?;
    tx.execute(
        "UPDATE meetings SET roll_call_id = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4
         WHERE id = ?1",
        params![id, roll_call_id, now_ms, tx.writer()],
    )?;
    existing(tx, id)
}

/// Notes whether a code can be in its picture.
///
/// # Errors
/// The database failed.
pub fn set_shows_codes(tx: &mut WriteTx<'_>, id: &str, shows: bool) -> Result<()> {
    tx.execute(
        "UPDATE meetings SET shows_codes = ?2 WHERE id = ?1",
        params![id, shows],
    )?;
    Ok(())
}

/// Takes a meeting out of the feed, if its time to be shown is over
/// ([`due::Kind::MeetingHiding`]). Tells whether it did.
///
/// # Errors
/// The database failed.
pub fn hide(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let hidden = tx.execute(
        "UPDATE meetings SET shown = 0 WHERE id = ?1 AND shown = 1 AND hide_at_ms <= ?2",
        params![id, now_ms],
    )?;
    if hidden > 0 {
        feed_entries::delete(tx, id, now_ms)?;
    }
    Ok(hidden > 0)
}

/// Creates or replaces the meeting of a row of a content folder.
///
/// # Errors
/// [`Error::NotFound`] if an organization does not exist, [`Error::WrongState`] if the row
/// changed and the meeting has begun or was cancelled.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    content: &Content,
    created_by: &str,
    now_ms: i64,
) -> Result<Imported> {
    let Some(entry) = source::find(tx, "meetings", &source.key)? else {
        let id = insert(tx, content, created_by, Some(source), None, now_ms)?;
        return Ok(Imported {
            id,
            outcome: Outcome::Created,
        });
    };
    let id = entry.id;
    if entry.hash.as_deref() == Some(&source.hash) {
        return Ok(Imported {
            id,
            outcome: Outcome::Unchanged,
        });
    }
    let old = existing(tx, &id)?;
    // Cancelled because the row was gone: it is back.
    let back = old.state == MeetingState::Cancelled && entry.hash.is_none();
    if old.state != MeetingState::Scheduled && !back {
        return Err(Error::WrongState(old.state.into()));
    }
    if back {
        step(tx, &id, MeetingState::Scheduled, now_ms)?;
    }
    replace(tx, &id, content, now_ms)?;
    tx.execute(
        "UPDATE meetings SET source_hash = ?2 WHERE id = ?1",
        params![&id, &source.hash],
    )?;
    Ok(Imported {
        id,
        outcome: Outcome::Updated,
    })
}

/// Cancels the meeting of a row that has disappeared from its folder, if it has not begun; tells
/// whether it did. Should the row return, importing it plans the meeting again.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, now_ms: i64) -> Result<bool> {
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = source::find(tx, "meetings", key)?
    else {
        return Ok(false);
    };
    if existing(tx, &id)?.state != MeetingState::Scheduled {
        return Ok(false);
    }
    tx.execute(
        "UPDATE meetings SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    cancel(tx, &id, None, now_ms)?;
    Ok(true)
}

fn replace(tx: &mut WriteTx<'_>, id: &str, content: &Content, now_ms: i64) -> Result<()> {
    require_organizations(tx, content)?;
    tx.execute(
        "UPDATE meetings SET version = version + 1, kind = ?2, title = ?3, agenda = ?4, organization_id = ?5,
             audience_id = ?6, starts_at_ms = ?7, planned_ms = ?8, record = ?9, recording_list = ?10,
             shown = 1, hide_at_ms = ?11, updated_at_ms = ?12, updated_by = ?13, cancel_reason = NULL
         WHERE id = ?1",
        params![
            id,
            to_name(&content.kind)?,
            &content.title,
            &content.agenda,
            &content.organization_id,
            &content.audience_id,
            content.starts_at_ms,
            content.planned_ms,
            content.record,
            &content.recording_list,
            hide_planned_at(content),
            now_ms,
            tx.writer(),
        ],
    )?;
    due::schedule(tx, due::Kind::MeetingHiding, id, hide_planned_at(content))?;
    due::set(tx, due::Kind::StationCheck, id, check_at(content, now_ms))?;
    feed_entries::put(tx, DocumentKind::Meeting, id, &content.audience_id, now_ms)
}

fn step(tx: &mut WriteTx<'_>, id: &str, state: MeetingState, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE meetings SET state = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4 WHERE id = ?1",
        params![id, to_name(&state)?, now_ms, tx.writer()],
    )?;
    Ok(())
}

fn set_hidden_at(tx: &mut WriteTx<'_>, id: &str, at_ms: Option<i64>) -> Result<()> {
    tx.execute(
        "UPDATE meetings SET hide_at_ms = ?2 WHERE id = ?1",
        params![id, at_ms],
    )?;
    due::set(tx, due::Kind::MeetingHiding, id, at_ms)
}

/// Tells the audience, also of one that was not shown any more.
fn show(tx: &mut WriteTx<'_>, meeting: &Record, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE meetings SET shown = 1 WHERE id = ?1",
        params![&meeting.id],
    )?;
    let audience = &meeting.content.audience_id;
    feed_entries::put(tx, DocumentKind::Meeting, &meeting.id, audience, now_ms)
}
