//! The one configuration document: names of the place, its sections and lists. Everybody sees it.

use contract::feed::{Document, TOWNSHIP_ID};
use contract::kinds::DocumentKind;
use contract::township::Township;

use crate::codec::{from_json, to_json};
use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::feed_entries;
use crate::feed_kind::{FeedKind, Shelf};
use crate::part::Part;
use crate::tree::EVERYBODY;

pub(crate) const PART: Part = Part {
    tables: &["township"],
    ..Part::EMPTY
};

/// Stores the document; tells whether `source_hash` differs from the stored one (if not, nothing
/// is written).
///
/// # Errors
/// The database failed.
pub fn put(tx: &mut WriteTx<'_>, township: &Township, hash: &str, now_ms: i64) -> Result<bool> {
    if source_hash(tx)?.as_deref() == Some(hash) {
        return Ok(false);
    }
    tx.execute(
        "INSERT INTO township (id, document, source_hash) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET document = excluded.document, source_hash = excluded.source_hash,
             version = township.version + 1",
        params![to_json(township)?, hash],
    )?;
    feed_entries::put(tx, DocumentKind::Township, TOWNSHIP_ID, EVERYBODY, now_ms)?;
    Ok(true)
}

/// The document, once there is one.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>) -> Result<Option<Township>> {
    Ok(versioned(tx)?.map(|(township, _)| township))
}

/// The document with its version, which counts up with every change, once there is one.
///
/// # Errors
/// The database failed.
pub fn versioned(tx: &mut Tx<'_>) -> Result<Option<(Township, i64)>> {
    let sql = "SELECT document, version FROM township WHERE id = 1";
    let row = tx.query_opt(sql, params![])?;
    row.map(|row| Ok((from_json(&row.text(0)?)?, row.int(1)?)))
        .transpose()
}

/// Hash the stored document was put with.
///
/// # Errors
/// The database failed.
pub fn source_hash(tx: &mut Tx<'_>) -> Result<Option<String>> {
    tx.query_opt("SELECT source_hash FROM township WHERE id = 1", params![])?
        .map(|row| row.text(0))
        .transpose()
}

/// The township in the feed.
pub(crate) struct Kind;

impl FeedKind for Kind {
    fn kind(&self) -> DocumentKind {
        DocumentKind::Township
    }

    fn shelf(&self) -> Option<Shelf> {
        None
    }

    fn documents(&self, tx: &mut Tx<'_>, _ids: &[&str]) -> Result<Vec<Document>> {
        Ok(get(tx)?.into_iter().map(Document::from).collect())
    }
}
