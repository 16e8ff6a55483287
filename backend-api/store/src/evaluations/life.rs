//! Where an evaluation stands. What is done twice, or by two servers at once, is done once: each step asks for
//! the state it begins from.

use contract::evaluation::{EvaluationResult, EvaluationState};

use super::{ENTITLED, Record, entitled, existing, in_state, tell_all, told};
use crate::codec::to_json;
use crate::driver::{Tx, WriteTx, params};
use crate::due;
use crate::error::Result;
use crate::feed_entries;
use crate::snapshot::Entitled;
use crate::versions::Seen;

/// Freezes a draft, with the SHA-256 of its form in hex, and shows it from now on. It opens by itself.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound), [`Error::Stale`](crate::Error::Stale),
/// [`Error::WrongState`](crate::Error::WrongState) if it is no draft.
pub fn announce(
    tx: &mut WriteTx<'_>,
    id: &str,
    read: Seen,
    form_hash: &str,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    read.check(old.version)?;
    in_state(&old, EvaluationState::Draft)?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, state = 'announced', form_hash = ?2, announced_at_ms = ?3,
             updated_at_ms = ?3 WHERE id = ?1",
        params![id, form_hash, now_ms],
    )?;
    due::schedule(
        tx,
        due::Kind::EvaluationOpening,
        id,
        old.content.opens_at_ms,
    )?;
    told(tx, &old, now_ms)?;
    existing(tx, id)
}

/// Opens what was announced, from now until `closes_at_ms`, and fixes who is entitled: everybody whom its rule
/// names and who has not left, and whoever staff have added before. It is counted at `counted_at_ms`.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound), [`Error::WrongState`](crate::Error::WrongState) if it was
/// not announced or has opened.
pub fn open(
    tx: &mut WriteTx<'_>,
    id: &str,
    closes_at_ms: i64,
    counted_at_ms: i64,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    in_state(&old, EvaluationState::Announced)?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, state = 'open', opens_at_ms = ?2, closes_at_ms = ?3,
             updated_at_ms = ?2 WHERE id = ?1",
        params![id, now_ms, closes_at_ms],
    )?;
    let rule = Entitled {
        within: &old.organization.id,
        statuses: &old.content.statuses,
        at_ms: now_ms,
    };
    ENTITLED.take(tx, id, &rule)?;
    for member_id in entitled::added_before(tx, id)? {
        ENTITLED.add(tx, id, &member_id)?;
    }
    entitled::recount(tx, id)?;
    due::cancel(tx, due::Kind::EvaluationOpening, id)?;
    due::schedule(tx, due::Kind::EvaluationClosing, id, counted_at_ms)?;
    told(tx, &old, now_ms)?;
    existing(tx, id)
}

/// Its time is over, but it is not counted before staff say so. Tells whether that is news.
///
/// # Errors
/// The database failed.
pub fn wait(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE evaluations SET version = version + 1, waits = 1, updated_at_ms = ?2
         WHERE id = ?1 AND state = 'open' AND waits = 0",
        params![id, now_ms],
    )?;
    Ok(changed > 0)
}

/// Closes what is open, with its result. Its envelopes must have been
/// [erased](super::ballots::erase) in the same transaction.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound), [`Error::WrongState`](crate::Error::WrongState) if it is not
/// open.
pub fn close(
    tx: &mut WriteTx<'_>,
    id: &str,
    result: &EvaluationResult,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    in_state(&old, EvaluationState::Open)?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, state = 'closed', closes_at_ms = ?2, waits = 0,
             to_overwrite = 1, result = ?3, updated_at_ms = ?4 WHERE id = ?1",
        params![
            id,
            old.content.closes_at_ms.min(now_ms),
            to_json(result)?,
            now_ms
        ],
    )?;
    due::cancel(tx, due::Kind::EvaluationClosing, id)?;
    told(tx, &old, now_ms)?;
    existing(tx, id)
}

/// Cancels what is not over: it is never counted, and terminals forget it. Envelopes must have been erased
/// as for [`close`].
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound), [`Error::WrongState`](crate::Error::WrongState) if it is over.
pub fn cancel(tx: &mut WriteTx<'_>, id: &str, reason: &str, now_ms: i64) -> Result<Record> {
    let old = existing(tx, id)?;
    if matches!(
        old.state,
        EvaluationState::Closed | EvaluationState::Cancelled
    ) {
        return Err(crate::Error::WrongState(old.state.into()));
    }
    let was_open = old.state == EvaluationState::Open;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, state = 'cancelled', waits = 0, to_overwrite = ?2,
             cancel_reason = ?3, updated_at_ms = ?4 WHERE id = ?1",
        params![id, was_open, reason, now_ms],
    )?;
    due::cancel(tx, due::Kind::EvaluationOpening, id)?;
    due::cancel(tx, due::Kind::EvaluationClosing, id)?;
    if old.state != EvaluationState::Draft {
        feed_entries::delete(tx, id, now_ms)?;
        tell_all(tx, &old);
    }
    existing(tx, id)
}

/// Says which bulletin tells what was done about it.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound), [`Error::Stale`](crate::Error::Stale),
/// [`Error::WrongState`](crate::Error::WrongState) before the close.
pub fn follow_up(
    tx: &mut WriteTx<'_>,
    id: &str,
    read: Seen,
    bulletin_id: Option<&str>,
    now_ms: i64,
) -> Result<Record> {
    let old = existing(tx, id)?;
    read.check(old.version)?;
    in_state(&old, EvaluationState::Closed)?;
    tx.execute(
        "UPDATE evaluations SET version = version + 1, follow_up = ?2, updated_at_ms = ?3 WHERE id = ?1",
        params![id, bulletin_id, now_ms],
    )?;
    told(tx, &old, now_ms)?;
    existing(tx, id)
}

/// Whether envelopes or keys were deleted that may not have been [overwritten](crate::Store::scrub) yet.
///
/// # Errors
/// The database failed.
pub fn is_to_be_overwritten(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM evaluations WHERE to_overwrite = 1";
    Ok(tx.query_one(sql, params![])?.int(0)? > 0)
}

/// Notes that all that was deleted before `since_ms` has been overwritten.
///
/// # Errors
/// The database failed.
pub fn overwritten(tx: &mut WriteTx<'_>, since_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE evaluations SET to_overwrite = 0 WHERE to_overwrite = 1 AND updated_at_ms <= ?1",
        params![since_ms],
    )?;
    Ok(())
}
