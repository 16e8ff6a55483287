//! Doing a write once however often it is sent.
//!
//! One insert decides: it and the work commit together, so a key that is there stands for work
//! that is done, with the answer that was given. Two requests that come at the same time are put
//! in order by the primary key.

use std::collections::HashMap;

use crate::codec::{pieces, tuples};
use crate::driver::{Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    scrubbed: &["idempotency_keys"],
    ..Part::EMPTY
};

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

/// Whether something was done under this key.
///
/// # Errors
/// The database failed.
pub fn is_known(tx: &mut Tx<'_>, key: &Key) -> Result<bool> {
    let row = tx.query_opt(
        "SELECT key FROM idempotency_keys WHERE scope = ?1 AND key = ?2",
        params![&key.scope, &key.key],
    )?;
    Ok(row.is_some())
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

/// What was answered under these keys before, with the request hash; for work that is done for
/// many at a time in one transaction. Give each key once.
///
/// # Errors
/// The database failed.
pub fn recall_many(
    tx: &mut Tx<'_>,
    keys: &[(&str, &str)],
) -> Result<HashMap<(String, String), (String, Stored)>> {
    let mut found = HashMap::new();
    for keys in pieces(keys) {
        let sql = format!(
            "SELECT scope, key, request_hash, status, body FROM idempotency_keys WHERE (scope, key) IN (VALUES {})",
            tuples(keys.len(), 2)
        );
        let values: Vec<Value> = keys
            .iter()
            .flat_map(|(scope, key)| [Value::from(*scope), Value::from(*key)])
            .collect();
        for row in tx.query(&sql, &values)? {
            let status =
                u16::try_from(row.int(3)?).map_err(|_| Error::Damaged("HTTP status".into()))?;
            let stored = Stored {
                status,
                body: row.text(4)?,
            };
            found.insert((row.text(0)?, row.text(1)?), (row.text(2)?, stored));
        }
    }
    Ok(found)
}

/// Keeps the answers given under keys that [`recall_many`] did not know, in the transaction that
/// did the work.
///
/// # Errors
/// [`Error::Taken`] if one is known after all.
pub fn keep_many(tx: &mut WriteTx<'_>, answers: &[(Key, Stored)], now_ms: i64) -> Result<()> {
    for answers in pieces(answers) {
        let sql = format!(
            "INSERT INTO idempotency_keys (scope, key, request_hash, status, body, created_at_ms)
             VALUES {} ON CONFLICT (scope, key) DO NOTHING",
            tuples(answers.len(), 6)
        );
        let mut values = Vec::with_capacity(answers.len() * 6);
        for (key, answer) in answers {
            values.extend_from_slice(params![
                &key.scope,
                &key.key,
                &key.request_hash,
                i64::from(answer.status),
                &answer.body,
                now_ms
            ]);
        }
        if tx.execute(&sql, &values)? < answers.len() as u64 {
            return Err(Error::Taken("idempotency key"));
        }
    }
    Ok(())
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
