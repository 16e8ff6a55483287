//! What the user did and the server has not acknowledged yet.
//!
//! An item is written before the screen says done, and sent with its idempotency key until the
//! server answers. Before the first attempt it is marked as sent, durably: from then on it never
//! changes, because a lost answer may hide that the server counted it. Items of one lane (e.g.
//! the progress of one programme) are sent one after the other.

use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

use super::Cache;
use super::error::CacheError;

const NEVER_SENT: i64 = 0;
const SENT: i64 = 1;
const REFUSED: i64 = 2;

/// Something the user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxItem {
    /// Items of one lane are sent in the order they were written; lanes do not wait for another.
    pub lane: String,
    /// HTTP method: `PUT`, `POST` or `DELETE`.
    pub method: String,
    /// Path below the server's base URL, beginning with a slash.
    pub path: String,
    /// JSON body; may be empty.
    pub body: String,
}

/// An item as it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Order in which it was written.
    pub seq: i64,
    /// Idempotency key: the same for every attempt.
    pub key: String,
    /// What to send.
    pub item: OutboxItem,
    /// When it was written, Unix ms.
    pub created_at_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the server refused it for good; empty while it waits.
    pub reason: String,
}

impl Cache {
    /// Writes down something the user did; on the disk when this returns. The answer is its
    /// idempotency key.
    ///
    /// # Errors
    /// When it cannot be written; then the screen must not say done.
    pub fn enqueue(&self, item: &OutboxItem) -> Result<String, CacheError> {
        let now = self.now_ms();
        let key = self.write("write to the outbox", |tx| {
            insert(tx, &item.lane, &item.method, &item.path, &item.body, now)
        })?;
        self.changed();
        self.inner.outbox_wake.notify_one();
        Ok(key)
    }

    /// Everything that waits for the server, oldest first.
    #[must_use]
    pub fn pending(&self) -> Vec<OutboxEntry> {
        self.entries("state < 2")
    }

    /// Everything the server refused for good, oldest first.
    #[must_use]
    pub fn refused(&self) -> Vec<OutboxEntry> {
        self.entries("state = 2")
    }

    /// The oldest item of a lane that is not in `busy`, marked as sent on the disk; `None` when
    /// there is none. Sign-ins have a way of their own ([`Cache::take_sign_in`]). The caller sends it and then calls [`Cache::acknowledge`],
    /// [`Cache::refuse`] or, after a failure, takes it again later.
    ///
    /// # Errors
    /// When it cannot be marked; then it must not be sent.
    pub fn take_outbox(&self, busy: &[String]) -> Result<Option<OutboxEntry>, CacheError> {
        let heads = self.entries(
            "state < 2 AND seq IN (SELECT min(seq) FROM outbox WHERE state < 2 GROUP BY lane)
             AND seq NOT IN (SELECT seq FROM sign_in)",
        );
        let Some(head) = heads
            .into_iter()
            .find(|entry| !busy.contains(&entry.item.lane))
        else {
            return Ok(None);
        };
        // Read again inside the transaction: a report may have been merged into it meanwhile.
        self.write("mark an item as sent", |tx| mark_sent(tx, head.seq))
    }

    /// The server has it: forget it.
    ///
    /// # Errors
    /// When that cannot be written; the item will be sent again, which is harmless.
    pub fn acknowledge(&self, seq: i64) -> Result<(), CacheError> {
        self.write("acknowledge an item", |tx| {
            tx.prepare_cached("DELETE FROM outbox WHERE seq = ?1 AND state < ?2")?
                .execute(params![seq, REFUSED])
        })?;
        self.changed();
        Ok(())
    }

    /// The server will never take it: set it aside with the reason.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn refuse(&self, seq: i64, reason: &str) -> Result<(), CacheError> {
        self.write("set an item aside", |tx| {
            tx.prepare_cached("UPDATE outbox SET state = ?2, reason = ?3 WHERE seq = ?1")?
                .execute(params![seq, REFUSED, reason])
        })?;
        self.changed();
        Ok(())
    }

    fn entries(&self, condition: &str) -> Vec<OutboxEntry> {
        let sql = format!("SELECT {COLUMNS} FROM outbox WHERE {condition} ORDER BY seq");
        self.read("read the outbox", |db| {
            db.prepare_cached(&sql)?.query_map([], entry)?.collect()
        })
    }
}

const COLUMNS: &str = "seq, key, lane, method, path, body, created_at_ms, attempts, reason";

fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        seq: row.get(0)?,
        key: row.get(1)?,
        item: OutboxItem {
            lane: row.get(2)?,
            method: row.get(3)?,
            path: row.get(4)?,
            body: row.get(5)?,
        },
        created_at_ms: row.get(6)?,
        attempts: row.get(7)?,
        reason: row.get(8)?,
    })
}

/// Marks an item as sent inside somebody else's transaction and reads it; `None` when it has gone.
pub(super) fn mark_sent(tx: &Transaction<'_>, seq: i64) -> rusqlite::Result<Option<OutboxEntry>> {
    tx.prepare_cached(
        "UPDATE outbox SET state = ?2, attempts = attempts + 1 WHERE seq = ?1 AND state < 2",
    )?
    .execute(params![seq, SENT])?;
    tx.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE seq = ?1"))?
        .query_row([seq], entry)
        .optional()
}

/// Adds an item inside somebody else's transaction and answers its key.
pub(super) fn insert(
    tx: &Transaction<'_>,
    lane: &str,
    method: &str,
    path: &str,
    body: &str,
    now_ms: i64,
) -> rusqlite::Result<String> {
    let key = Uuid::now_v7().to_string();
    insert_with(tx, &key, lane, method, path, body, now_ms)?;
    Ok(key)
}

/// Like [`insert`], under a key that was made when the user pressed.
pub(super) fn insert_with(
    tx: &Transaction<'_>,
    key: &str,
    lane: &str,
    method: &str,
    path: &str,
    body: &str,
    now_ms: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO outbox(key, lane, method, path, body, created_at_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![key, lane, method, path, body, now_ms, NEVER_SENT])?;
    Ok(())
}

/// JSON of a request, with an error that fits into a transaction.
pub(super) fn encode<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
