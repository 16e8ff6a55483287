//! The latest moment at which anything was written down. A clock that shows an earlier one is wrong.
//!
//! The audit log tells it: whatever anybody changes stands there. Entries that a wrong clock dated into
//! the future would make every right clock look slow; so whoever knows the time [confirms](confirm) it,
//! and from then on only what is written later counts.

use crate::driver::{Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::settings;

/// Where the last confirmation is kept: time and number of the newest entry then.
const CONFIRMED: &str = "clock.confirmed";

/// Entries that are looked at: a clock that was set back has written those after it.
const ENTRIES: u32 = 1_000;

/// Somebody, or the server, knew the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The time, Unix milliseconds.
    pub at_ms: i64,
    /// Number of the newest entry of the audit log then.
    pub seq: i64,
}

/// The latest moment at which anything was written down, Unix milliseconds; nothing in an empty database.
///
/// # Errors
/// The database failed.
pub fn latest(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let confirmed = confirmed(tx)?;
    let after = confirmed.map_or(0, |it| it.seq);
    let written = tx.query_one(
        "SELECT MAX(at_ms) FROM (SELECT at_ms FROM audit_entries WHERE seq > ?1
             ORDER BY seq DESC LIMIT ?2) AS newest",
        params![after, ENTRIES],
    )?;
    Ok(written.opt_int(0)?.max(confirmed.map(|it| it.at_ms)))
}

/// The last confirmation.
///
/// # Errors
/// The database failed.
pub fn confirmed(tx: &mut Tx<'_>) -> Result<Option<Confirmed>> {
    let Some(kept) = settings::get(tx, CONFIRMED)? else {
        return Ok(None);
    };
    let read = kept.split_once(' ').and_then(|(at_ms, seq)| {
        Some(Confirmed {
            at_ms: at_ms.parse().ok()?,
            seq: seq.parse().ok()?,
        })
    });
    read.map(Some)
        .ok_or_else(|| Error::Damaged(format!("{CONFIRMED}: {kept}")))
}

/// It is `now_ms`, Unix milliseconds, whatever entries there are say.
///
/// # Errors
/// The database failed.
pub fn confirm(tx: &mut WriteTx<'_>, now_ms: i64) -> Result<Confirmed> {
    let seq = tx
        .query_one("SELECT seq FROM audit_state WHERE id = 1", params![])?
        .int(0)?;
    settings::set(tx, CONFIRMED, &format!("{now_ms} {seq}"))?;
    Ok(Confirmed { at_ms: now_ms, seq })
}
