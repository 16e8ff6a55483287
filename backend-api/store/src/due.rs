//! Deadlines: at a time something is to be done once, by whichever server comes first.
//!
//! A write that causes a deadline [schedules](schedule) it in its own transaction, so neither is
//! there without the other. A server [claims](claim) what is due, does it, and [completes](complete)
//! it in the transaction that does it: that deletes the deadline only if it is still that server's
//! and was not scheduled anew meanwhile, otherwise the transaction must fail. So it happens once
//! whatever clocks and leases do; a lease only spares servers doing in vain what another one is at.
//!
//! - It is never claimed before its time by the clock of whoever claims it.
//! - Whoever dies with a lease loses it after [`LEASE_MS`].
//! - A clock that is set back leaves leases that end later than a whole lease from now. The next
//!   claim shortens them to that, so none holds for longer than its length from when it was seen.
//! - Times to try again are kept in the same place as leases and bound by the same length.

use crate::codec::new_id;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["due"],
    ..Part::EMPTY
};

/// How long somebody else's deadline is left alone, and the longest wait after a failure.
pub const LEASE_MS: i64 = 30_000;

/// The wait after the first failure; it doubles with each.
const RETRY_MS: i64 = 1_000;

macro_rules! kinds {
    ($($(#[$attribute:meta])* $kind:ident = $name:literal,)+) => {
        /// What is to be done. The subject is the id of what it is done to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$attribute])* $kind,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Its name in the database, in logs and in figures.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        /// Names for an `IN` list. A kind that only a newer program knows is left to it.
        const NAMES: &str = concat!("''" $(, ", '", $name, "'")+);
    };
}

kinds! {
    /// A published bulletin expires.
    BulletinExpiry = "bulletin_expiry",
    /// An evaluation that is open closes, and is counted.
    EvaluationClosing = "evaluation_closing",
    /// An evaluation that was announced opens.
    EvaluationOpening = "evaluation_opening",
    /// A meeting that goes on may have been left without ending it.
    MeetingForgotten = "meeting_forgotten",
    /// A meeting is no longer shown.
    MeetingHiding = "meeting_hiding",
    /// Nobody has answered a request, and its time is over.
    RequestOverdue = "request_overdue",
    /// Somebody who got an answer has not said whether it is solved.
    RequestReminder = "request_reminder",
    /// Nobody has answered a request, and most of its time is over.
    RequestSoon = "request_soon",
    /// A recording that could not be made is tried again.
    Recording = "recording",
    /// The next round of a roll call opens or closes.
    RollCall = "roll_call",
    /// A conference begins soon: its stations look whether they can take part.
    StationCheck = "station_check",
    /// Nothing has come of something that was uploaded.
    UploadExpiry = "upload_expiry",
}

/// A deadline that somebody does now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is to be done.
    pub kind: Kind,
    /// To what.
    pub subject: String,
    /// When it was due, Unix milliseconds.
    pub at_ms: i64,
    /// How often it was begun, this time included.
    pub attempts: u32,
    lease: String,
}

/// Something is to be done at `at_ms`, instead of any earlier plan for it. Planning the same
/// again changes nothing.
///
/// # Errors
/// The database failed.
pub fn schedule(tx: &mut WriteTx<'_>, kind: Kind, subject: &str, at_ms: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO due (kind, subject, at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (kind, subject) DO UPDATE
             SET at_ms = excluded.at_ms, lease = NULL, held_until_ms = 0, attempts = 0
             WHERE due.at_ms <> excluded.at_ms",
        params![kind.name(), subject, at_ms],
    )?;
    tx.note_deadline();
    Ok(())
}

/// It is not to be done any more.
///
/// # Errors
/// The database failed.
pub fn cancel(tx: &mut WriteTx<'_>, kind: Kind, subject: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM due WHERE kind = ?1 AND subject = ?2",
        params![kind.name(), subject],
    )?;
    Ok(())
}

/// [Schedules](schedule) it, or [cancels](cancel) it without a time.
///
/// # Errors
/// The database failed.
pub fn set(tx: &mut WriteTx<'_>, kind: Kind, subject: &str, at_ms: Option<i64>) -> Result<()> {
    match at_ms {
        Some(at_ms) => schedule(tx, kind, subject, at_ms),
        None => cancel(tx, kind, subject),
    }
}

/// When something is planned for; `None`: it is not.
///
/// # Errors
/// The database failed.
pub fn planned(tx: &mut Tx<'_>, kind: Kind, subject: &str) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT at_ms FROM due WHERE kind = ?1 AND subject = ?2",
        params![kind.name(), subject],
    )?
    .map(|row| row.int(0))
    .transpose()
}

/// When it is worth [claiming](claim) next; `now_ms` or earlier: at once. `None`: nothing is planned.
///
/// # Errors
/// The database failed.
pub fn next(tx: &mut Tx<'_>, now_ms: i64) -> Result<Option<i64>> {
    let free = tx.query_opt(
        &format!(
            "SELECT at_ms FROM due WHERE held_until_ms <= ?1 AND kind IN ({NAMES})
             ORDER BY at_ms, kind, subject LIMIT 1"
        ),
        params![now_ms],
    )?;
    let free = free.map(|row| row.int(0)).transpose()?;
    let held = tx.query_one(
        &format!(
            "SELECT MIN(held_until_ms), MAX(held_until_ms) FROM due
             WHERE held_until_ms > ?1 AND kind IN ({NAMES})"
        ),
        params![now_ms],
    )?;
    let (first, last) = (held.opt_int(0)?, held.opt_int(1)?);
    if last.is_some_and(|last| last > longest(now_ms)) {
        return Ok(Some(now_ms));
    }
    Ok(free.into_iter().chain(first).min())
}

/// Takes at most `limit` deadlines that are due, the earliest first; nobody else gets them for
/// [`LEASE_MS`].
///
/// # Errors
/// The database failed.
pub fn claim(tx: &mut WriteTx<'_>, limit: u32, now_ms: i64) -> Result<Vec<Claim>> {
    tx.execute(
        "UPDATE due SET held_until_ms = ?1 WHERE held_until_ms > ?1",
        params![longest(now_ms)],
    )?;
    let lease = new_id(now_ms);
    let rows = tx.query(
        &format!(
            "UPDATE due SET lease = ?1, held_until_ms = ?2, attempts = attempts + 1
             WHERE at_ms <= ?3 AND held_until_ms <= ?3 AND (kind, subject) IN (
                 SELECT kind, subject FROM due
                 WHERE at_ms <= ?3 AND held_until_ms <= ?3 AND kind IN ({NAMES})
                 ORDER BY at_ms, kind, subject LIMIT ?4)
             RETURNING kind, subject, at_ms, attempts"
        ),
        params![&lease, longest(now_ms), now_ms, limit],
    )?;
    let mut claims = rows
        .iter()
        .map(|row| read(row, &lease))
        .collect::<Result<Vec<_>>>()?;
    claims.sort_by(|a, b| {
        (a.at_ms, a.kind.name(), &a.subject).cmp(&(b.at_ms, b.kind.name(), &b.subject))
    });
    Ok(claims)
}

/// It is done, if this transaction is kept. False: it is not the claimer's any more, because its
/// lease ended and somebody else took it, or because it was scheduled anew or cancelled; then
/// the transaction must fail. What it schedules for the same subject after this stands.
///
/// # Errors
/// The database failed.
pub fn complete(tx: &mut WriteTx<'_>, claim: &Claim) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM due WHERE kind = ?1 AND subject = ?2 AND lease = ?3",
        params![claim.kind.name(), &claim.subject, &claim.lease],
    )?;
    Ok(deleted > 0)
}

/// It failed and is to be tried again, by anybody, after a wait that doubles from a second up to
/// [`LEASE_MS`]. Changes nothing if it is not the claimer's any more.
///
/// # Errors
/// The database failed.
pub fn retry(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<()> {
    let doublings = claim.attempts.saturating_sub(1).min(16);
    let wait_ms = (RETRY_MS << doublings).min(LEASE_MS);
    tx.execute(
        "UPDATE due SET lease = NULL, held_until_ms = ?4
         WHERE kind = ?1 AND subject = ?2 AND lease = ?3",
        params![
            claim.kind.name(),
            &claim.subject,
            &claim.lease,
            now_ms.saturating_add(wait_ms)
        ],
    )?;
    Ok(())
}

/// Kinds of deadlines that are planned although this program does not know them.
///
/// # Errors
/// The database failed.
pub fn unknown(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let sql = format!("SELECT DISTINCT kind FROM due WHERE kind NOT IN ({NAMES}) ORDER BY kind");
    tx.query(&sql, params![])?
        .iter()
        .map(|row| row.text(0))
        .collect()
}

/// When a lease taken now ends: none that is genuine ends later.
fn longest(now_ms: i64) -> i64 {
    now_ms.saturating_add(LEASE_MS)
}

fn read(row: &Row, lease: &str) -> Result<Claim> {
    let name = row.text(0)?;
    let kind = Kind::ALL.iter().find(|kind| kind.name() == name);
    Ok(Claim {
        kind: *kind.ok_or_else(|| Error::Damaged(format!("kind of deadline {name}")))?,
        subject: row.text(1)?,
        at_ms: row.int(2)?,
        attempts: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
        lease: lease.to_owned(),
    })
}
