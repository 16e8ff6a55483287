//! A recording that could not be made: it is tried again some times by itself, and whenever staff ask.

use contract::meeting::RecordingState;

use super::{Record, existing};
use crate::codec::to_name;
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
/// ([`due::Kind::Recording`]), if there is to be one. One that is a programme stays one.
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
    let again_ms = wait_ms.map(|wait_ms| now_ms.saturating_add(*wait_ms));
    tx.execute(
        "UPDATE meetings SET recording = ?2, recording_failures = recording_failures + 1, recording_trouble = ?3,
             recording_again_ms = ?4, version = version + 1, updated_at_ms = ?5, updated_by = ?6
         WHERE id = ?1",
        params![
            id,
            to_name(&RecordingState::Failed)?,
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
