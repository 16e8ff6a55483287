//! Evaluations of a content folder: announced as soon as they are imported, and frozen from then on.

use contract::evaluation::EvaluationState;

use super::{Content, Record, create, existing, life};
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::source::{self, Imported, Outcome, Source, SourceEntry};
use crate::versions::Seen;

/// What importing an item came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// It is announced, or was before and is the same.
    Imported(Imported),
    /// It is another than the one that was announced, which is frozen.
    Frozen(Box<Record>),
}

/// Creates and announces the evaluation of an item. One that was cancelled since, because its item had disappeared or
/// by staff, is made anew only if the item has changed.
///
/// # Errors
/// [`Error::NotFound`](crate::Error::NotFound) without one of its organizations.
pub fn import(
    tx: &mut WriteTx<'_>,
    source: &Source,
    content: &Content,
    form_hash: &str,
    by: &str,
    now_ms: i64,
) -> Result<Item> {
    let mut outcome = Outcome::Created;
    if let Some(old) = source::find(tx, "evaluations", &source.key)? {
        if old.hash.as_deref() == Some(&source.hash) {
            return Ok(Item::Imported(Imported {
                id: old.id,
                outcome: Outcome::Unchanged,
            }));
        }
        let record = existing(tx, &old.id)?;
        if record.state != EvaluationState::Cancelled {
            return Ok(Item::Frozen(Box::new(record)));
        }
        outcome = Outcome::Updated;
        tx.execute(
            "UPDATE evaluations SET source_key = NULL WHERE id = ?1",
            params![&old.id],
        )?;
    }
    let made = create(tx, content, by, now_ms)?;
    life::announce(tx, &made.id, Seen::Any, form_hash, now_ms)?;
    tx.execute(
        "UPDATE evaluations SET source_key = ?2, source_hash = ?3 WHERE id = ?1",
        params![&made.id, &source.key, &source.hash],
    )?;
    Ok(Item::Imported(Imported {
        id: made.id,
        outcome,
    }))
}

/// Every imported evaluation, by key.
///
/// # Errors
/// The database failed.
pub fn sources(tx: &mut Tx<'_>) -> Result<Vec<SourceEntry>> {
    source::list(tx, "evaluations")
}

/// Cancels the evaluation of an item that has disappeared from its folder, if nobody could take part in it yet;
/// tells whether it did. What has begun goes on.
///
/// # Errors
/// The database failed.
pub fn withdraw_source(tx: &mut WriteTx<'_>, key: &str, reason: &str, now_ms: i64) -> Result<bool> {
    let found = source::find(tx, "evaluations", key)?;
    let Some(SourceEntry {
        id, hash: Some(_), ..
    }) = found
    else {
        return Ok(false);
    };
    if existing(tx, &id)?.state != EvaluationState::Announced {
        return Ok(false);
    }
    tx.execute(
        "UPDATE evaluations SET source_hash = NULL WHERE id = ?1",
        params![&id],
    )?;
    life::cancel(tx, &id, reason, now_ms)?;
    Ok(true)
}
