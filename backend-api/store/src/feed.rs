//! What changed for a terminal since its cursor, with the documents themselves. How changes are
//! counted is in `feed_entries`, what documents there are in the `register`.

use std::collections::HashMap;

use contract::feed::{Change, Document};
use contract::kinds::DocumentKind;

use crate::driver::{Tx, WriteTx};
use crate::error::{Error, Result};
use crate::{feed_entries, register};

pub use crate::feed_entries::{Cursor, Head, NotACursor, head, purge_tombstones, renew_epoch};

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where the next page begins.
    pub cursor: Cursor,
    /// There is another page already.
    pub more: bool,
    /// The cursor given does not continue here: forget every document before applying this page.
    pub reset: bool,
    /// Changes, oldest first, at most one a document.
    pub changes: Vec<Change>,
}

/// At most `limit` changes (at least 1) for terminals of `organization_id` after `cursor`; from
/// the beginning without one.
///
/// # Errors
/// [`Error::NotFound`] without the organization.
pub fn changes(
    tx: &mut Tx<'_>,
    organization_id: &str,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Result<Page> {
    let page = feed_entries::entries(tx, organization_id, cursor, limit)?;
    Ok(Page {
        changes: load(tx, page.entries)?,
        cursor: page.cursor,
        more: page.more,
        reset: page.reset,
    })
}

/// Has documents follow what changed in a transaction, before its commit.
pub(crate) fn follow(tx: &mut WriteTx<'_>) -> Result<()> {
    if tx.touched().is_empty() {
        return Ok(());
    }
    let touched = tx.touched().clone();
    for kind in register::feed_kinds() {
        kind.follow(tx, &touched)?;
    }
    Ok(())
}

/// Turns entries into changes with their documents, in the same order.
fn load(tx: &mut Tx<'_>, entries: Vec<feed_entries::Entry>) -> Result<Vec<Change>> {
    let mut wanted: HashMap<DocumentKind, Vec<&str>> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.live) {
        let kind = DocumentKind::named(&entry.kind)
            .ok_or_else(|| Error::Damaged(format!("a feed entry of the kind {}", entry.kind)))?;
        wanted.entry(kind).or_default().push(&entry.document_id);
    }
    let mut documents: HashMap<String, Document> = HashMap::new();
    for (kind, ids) in wanted {
        for document in register::feed_kind(kind).documents(tx, &ids)? {
            documents.insert(document.id().to_owned(), document);
        }
    }
    let change = |entry: feed_entries::Entry| match documents.remove(&entry.document_id) {
        Some(document) => Change::Put { document },
        None => {
            let (id, kind) = (entry.document_id, entry.kind);
            if entry.live {
                tracing::error!(id, kind, "the feed announces a document that is not there");
            }
            Change::Delete { id }
        }
    };
    Ok(entries.into_iter().map(change).collect())
}
