//! A recording that could not be made: it is tried again some times by itself, and whenever staff ask. One that waits
//! to be cut and published, if staff want that.

use contract::meeting::{HeldRecording, RecordingCut, RecordingState};

use super::{Record, existing};
use crate::codec::{to_json, to_name};
use crate::driver::{WriteTx, params};
use crate::due;
use crate::error::{Error, Result};

const MINUTE_MS: i64 = 60_000;

/// The waits before it is tried again by itself, one after each failure.
pub const WAITS_MS: [i64; 5] = [
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    60 * MINUTE_MS,
    6 * 60 * MINUTE_MS,
];

/// The recording could not be made; `why` in plain words. Plans the next try
/// ([`due::Kind::Recording`]), if there is to be one. One that is a programme stays one, and one that could not be
/// cut waits as it was before.
///
/// # Errors
/// [`Error::NotFound`].
pub fn recording_failed(tx: &mut WriteTx<'_>, id: &str, why: &str, now_ms: i64) -> Result<Record> {
    let old = existing(tx, id)?;
    if old.programme_id.is_some() {
        return Ok(old);
    }
    let wait_ms = usize::try_from(old.recording_failures)
        .ok()
        .and_then(|failures| WAITS_MS.get(failures));
    let (state, again_ms) = match (&old.held, wait_ms) {
        (Some(_), _) => (RecordingState::Held, None),
        (None, wait_ms) => {
            let again_ms = wait_ms.map(|wait_ms| now_ms.saturating_add(*wait_ms));
            (RecordingState::Failed, again_ms)
        }
    };
    tx.execute(
        "UPDATE meetings SET recording = ?2, recording_failures = recording_failures + 1, recording_trouble = ?3,
             recording_again_ms = ?4, recording_cut = NULL, version = version + 1, updated_at_ms = ?5, updated_by = ?6
         WHERE id = ?1",
        params![
            id,
            to_name(&state)?,
            why,
            again_ms,
            now_ms,
            tx.writer()
        ],
    )?;
    due::set(tx, due::Kind::Recording, id, again_ms)?;
    existing(tx, id)
}

/// A recording that could not be made is to be tried again at once, and as often as the first time.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::WrongState`] if it did not fail.
pub fn record_again(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<Record> {
    let old = existing(tx, id)?;
    if old.recording != RecordingState::Failed {
        return Err(Error::WrongState(old.recording.into()));
    }
    tx.execute(
        "UPDATE meetings SET recording_failures = 0, recording_again_ms = ?2,
             version = version + 1, updated_at_ms = ?2, updated_by = ?3
         WHERE id = ?1",
        params![id, now_ms, tx.writer()],
    )?;
    due::schedule(tx, due::Kind::Recording, id, now_ms)?;
    existing(tx, id)
}

/// Notes whether the recording waits, once it is made, for staff to publish it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::WrongState`] if it waits already, or is published.
pub fn hold_recording(tx: &mut WriteTx<'_>, id: &str, hold: bool, now_ms: i64) -> Result<Record> {
    let old = existing(tx, id)?;
    if matches!(
        old.recording,
        RecordingState::Held | RecordingState::Published
    ) {
        return Err(Error::WrongState(old.recording.into()));
    }
    tx.execute(
        "UPDATE meetings SET hold_recording = ?2, version = version + 1, updated_at_ms = ?3, updated_by = ?4
         WHERE id = ?1",
        params![id, hold, now_ms, tx.writer()],
    )?;
    existing(tx, id)
}

/// Keeps a recording that is made until staff publish it, in the place of one that was cut otherwise. One that is a
/// programme stays one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn keep_recording(
    tx: &mut WriteTx<'_>,
    id: &str,
    held: &HeldRecording,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    if old.programme_id.is_some() {
        return Ok(old);
    }
    tx.execute(
        "UPDATE meetings SET recording = ?2, held = ?3, recording_cut = NULL, recording_trouble = NULL, version = version + 1,
             updated_at_ms = ?4, updated_by = ?5
         WHERE id = ?1",
        params![
            id,
            to_name(&RecordingState::Held)?,
            to_json(held)?,
            now_ms,
            tx.writer()
        ],
    )?;
    existing(tx, id)
}

/// Another part of what was recorded is to be made of one that waits ([`due::Kind::Recording`]).
///
/// # Errors
/// [`Error::NotFound`]; [`Error::WrongState`] if it does not wait, or is about to be cut.
pub fn cut_recording(
    tx: &mut WriteTx<'_>,
    id: &str,
    cut: &RecordingCut,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    if old.recording != RecordingState::Held || old.recording_cut.is_some() {
        return Err(Error::WrongState(old.to_staff().recording.into()));
    }
    tx.execute(
        "UPDATE meetings SET recording_cut = ?2, recording_failures = 0, recording_trouble = NULL, version = version + 1, updated_at_ms = ?3,
             updated_by = ?4
         WHERE id = ?1",
        params![id, to_json(cut)?, now_ms, tx.writer()],
    )?;
    due::schedule(tx, due::Kind::Recording, id, now_ms)?;
    existing(tx, id)
}
