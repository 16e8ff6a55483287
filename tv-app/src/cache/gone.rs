//! Why a document is not here any more, as far as this terminal can know: the feed only says that it
//! is gone. What has run out is not what was taken back, and whoever opens it is told which.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::handle::Cache;
use super::kinds::DocumentKind;
use super::schema;

/// Before the names of these in the bookkeeping.
const PREFIX: &str = "gone:";
/// After so long nobody asks any more, in ms.
const KEPT_MS: i64 = 180 * 24 * 3_600_000;

/// Why a document is not here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gone {
    /// Nobody has said: it was never here, or this terminal has moved.
    #[default]
    Unknown,
    /// It was taken back.
    Withdrawn,
    /// Its time was over.
    Expired,
}

impl Cache {
    /// Why the document with this id is not here.
    #[must_use]
    pub fn gone(&self, id: &str) -> Gone {
        let note = self.read("read why a document is gone", |db| {
            schema::meta(db, &format!("{PREFIX}{id}"))
        });
        match note.as_deref().and_then(|note| note.split(' ').next()) {
            Some("expired") => Gone::Expired,
            Some("withdrawn") => Gone::Withdrawn,
            _ => Gone::Unknown,
        }
    }
}

/// Notes why a document goes, before it does.
pub(super) fn note(tx: &Transaction<'_>, id: &str, now_ms: i64) -> rusqlite::Result<()> {
    let Some(is_over) = is_over(tx, id, now_ms)? else {
        return Ok(());
    };
    let why = if is_over { "expired" } else { "withdrawn" };
    schema::set_meta(tx, &format!("{PREFIX}{id}"), &format!("{why} {now_ms}"))
}

/// It is here again.
pub(super) fn forget(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM meta WHERE key = ?1")?
        .execute([format!("{PREFIX}{id}")])?;
    Ok(())
}

/// Forgets what nobody asks for any more.
pub(super) fn forget_old(tx: &Transaction<'_>, now_ms: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM meta WHERE key >= ?1 AND key < ?2
         AND CAST(substr(value, instr(value, ' ') + 1) AS INTEGER) < ?3",
    )?
    .execute(params![PREFIX, "gone;", now_ms - KEPT_MS])?;
    Ok(())
}

/// Whether its time is over; `None` when it is not here.
fn is_over(db: &Connection, id: &str, now_ms: i64) -> rusqlite::Result<Option<bool>> {
    let found: Option<(i64, i64, String)> = db
        .prepare_cached("SELECT kind, expires_at_ms, json FROM document WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(found.map(|(kind, expires_at_ms, json)| {
        DocumentKind::numbered(kind).map_or(expires_at_ms <= now_ms, |kind| {
            kind.is_over(&json, expires_at_ms, now_ms)
        })
    }))
}
