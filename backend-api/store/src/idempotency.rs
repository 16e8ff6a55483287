//! Doing a write once however often it is sent.
//!
//! One insert decides: it and the work commit together, so a key that is there stands for work
//! that is done, with the answer that was given. Two requests that come at the same time are put
//! in order by the primary key.

use crate::driver::{WriteTx, params};
use crate::error::{Error, Result};

/// Names one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Who sent it, e.g. the terminal's id: keys of others mean nothing to it.
    pub scope: String,
    /// The key it was sent with.
    pub key: String,
    /// Hash over method, path and body, to notice a key used for something else.
    pub request_hash: String,
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
}

/// What [`once`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work was done now, with this answer.
    Done(Stored),
    /// It was done before; this is the answer that was given.
    Replayed(Stored),
    /// The key belongs to another request; nothing was done.
    Reused,
}

/// Runs `work` unless it was done under this key before, and keeps its answer.
///
/// # Errors
/// What `work` answers; the caller must pass it on, so that the key is undone with the work and
/// the next attempt is free.
pub fn once<E: From<Error>>(
    tx: &mut WriteTx<'_>,
    key: &Key,
    now_ms: i64,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<Stored, E>,
) -> Result<Outcome, E> {
    let claimed = tx.execute(
        "INSERT INTO idempotency_keys (scope, key, request_hash, status, body, created_at_ms)
         VALUES (?1, ?2, ?3, 0, '', ?4) ON CONFLICT (scope, key) DO NOTHING",
        params![&key.scope, &key.key, &key.request_hash, now_ms],
    )?;
    if claimed == 0 {
        return Ok(recall(tx, key)?);
    }
    let answer = work(tx)?;
    tx.execute(
        "UPDATE idempotency_keys SET status = ?3, body = ?4 WHERE scope = ?1 AND key = ?2",
        params![&key.scope, &key.key, i64::from(answer.status), &answer.body],
    )?;
    Ok(Outcome::Done(answer))
}

fn recall(tx: &mut WriteTx<'_>, key: &Key) -> Result<Outcome> {
    let row = tx.query_one(
        "SELECT request_hash, status, body FROM idempotency_keys WHERE scope = ?1 AND key = ?2",
        params![&key.scope, &key.key],
    )?;
    if row.text(0)? != key.request_hash {
        return Ok(Outcome::Reused);
    }
    let status = u16::try_from(row.int(1)?).map_err(|_| Error::Damaged("HTTP status".into()))?;
    Ok(Outcome::Replayed(Stored {
        status,
        body: row.text(2)?,
    }))
}

/// Forgets keys older than `before_ms`; answers how many. Senders give up long before.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM idempotency_keys WHERE created_at_ms < ?1",
        params![before_ms],
    )
}
