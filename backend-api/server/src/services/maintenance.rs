//! What happens by itself while time passes.

use store::due::Claim;
use store::{
    Store, WriteTx, bulletins, enrolments, feed, idempotency, limits, meetings, member_sessions,
    members, notices, phone_links, reveals, staff, submissions,
};

use super::due::Outcome;
use super::kit::calendar;
use super::kit::error::Result;
use super::members::{confidential, imports};
use super::phone_links::{REQUEST_KEPT_MS, SUBMISSION_KEPT_MS};

/// How long a repeated write is recognised: longer than a box may be off the network.
const IDEMPOTENCY_MS: i64 = 60 * 24 * 3_600_000;

/// How long it is remembered that something is gone. A terminal that was away for longer starts
/// its feed anew.
const TOMBSTONE_MS: i64 = 180 * 24 * 3_600_000;

/// How long a finished enrolment is kept, so that a late question gets the right answer.
const ENROLMENT_MS: i64 = 24 * 3_600_000;

/// How long a session of staff is kept whose time is over. Nobody can ask with it; but nobody has ended it
/// either, so a host's picture goes on until the meeting is over.
const RAN_OUT_MS: i64 = 24 * 3_600_000;

/// How long something that was sent to be published is kept that was declined or taken back, with its pictures:
/// longer than whoever sent it may look at its page.
const SUBMISSION_MS: i64 = 180 * 24 * 3_600_000;

/// How long a notice is kept that somebody has looked at.
const NOTICE_MS: i64 = 180 * 24 * 3_600_000;

/// Expires a bulletin.
///
/// # Errors
/// The database failed.
pub fn expire(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    Ok(told(bulletins::expire(tx, &claim.subject, now_ms)?))
}

/// Takes an old meeting out of the feed.
///
/// # Errors
/// The database failed.
pub fn hide(tx: &mut WriteTx<'_>, claim: &Claim, now_ms: i64) -> Result<Outcome> {
    Ok(told(meetings::hide(tx, &claim.subject, now_ms)?))
}

fn told(news: bool) -> Outcome {
    if news {
        Outcome::Done
    } else {
        Outcome::Nothing
    }
}

/// Throws away what nobody will ask for again.
///
/// # Errors
/// The database failed.
pub fn purge(store: &Store, now_ms: i64) -> Result<()> {
    store.write(move |tx| {
        staff::purge_sessions(tx, now_ms - RAN_OUT_MS)?;
        member_sessions::purge(tx, now_ms)?;
        // Whoever sent something from a page may look.
        phone_links::purge(tx, now_ms - REQUEST_KEPT_MS, now_ms - SUBMISSION_KEPT_MS)?;
        members::imports::purge(tx, now_ms - imports::UNDO_MS)?;
        limits::purge(tx, now_ms)?;
        notices::purge(tx, now_ms - NOTICE_MS)?;
        submissions::purge(tx, now_ms - SUBMISSION_MS)?;
        reveals::purge(tx, &calendar::today(now_ms).to_string())?;
        enrolments::purge(tx, now_ms - ENROLMENT_MS)?;
        idempotency::purge(tx, now_ms - IDEMPOTENCY_MS)?;
        feed::purge_tombstones(tx, now_ms - TOMBSTONE_MS)?;
        Ok::<_, store::Error>(())
    })?;
    confidential::overwrite(store)
}
