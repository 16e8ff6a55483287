//! Where imported documents come from, so that importing again changes only what changed.

use crate::driver::{Row, Tx, params};
use crate::error::Result;

/// What a document was imported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which item of the content folder, e.g. its path; stays the same when it is edited.
    pub key: String,
    /// Hash over everything the document is made of.
    pub hash: String,
}

/// What importing one item did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Id of the document.
    pub id: String,
    /// What happened.
    pub outcome: Outcome,
}

/// What happened to an imported item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was different, or had been taken away and is back.
    Updated,
    /// It is as it was; nothing was written.
    Unchanged,
}

/// A document that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    /// [`Source::key`].
    pub key: String,
    /// [`Source::hash`]; `None` once the item has disappeared from its folder.
    pub hash: Option<String>,
    /// Id of the document.
    pub id: String,
}

pub(crate) fn list(tx: &mut Tx<'_>, table: &str) -> Result<Vec<SourceEntry>> {
    let sql = format!(
        "SELECT source_key, source_hash, id FROM {table} WHERE source_key IS NOT NULL ORDER BY source_key"
    );
    tx.query(&sql, params![])?.iter().map(entry).collect()
}

pub(crate) fn find(tx: &mut Tx<'_>, table: &str, key: &str) -> Result<Option<SourceEntry>> {
    let sql = format!("SELECT source_key, source_hash, id FROM {table} WHERE source_key = ?1");
    tx.query_opt(&sql, params![key])?
        .as_ref()
        .map(entry)
        .transpose()
}

fn entry(row: &Row) -> Result<SourceEntry> {
    Ok(SourceEntry {
        key: row.text(0)?,
        hash: row.opt_text(1)?,
        id: row.text(2)?,
    })
}
