//! What a kind of document says of itself to be in the feed.

use std::collections::BTreeSet;

use contract::feed::Document;
use contract::kinds::DocumentKind;

use crate::codec::{pieces, placeholders};
use crate::driver::{Row, Tx, Value, WriteTx};
use crate::error::Result;
use crate::touch::Touch;

/// Where the documents of a kind lie that organizations publish: a table with the columns `id`,
/// `organization_id` (who publishes it) and `audience_id` (whose subtree sees it).
pub(crate) struct Shelf {
    /// The table.
    pub(crate) table: &'static str,
    /// Condition on its columns: terminals are shown it.
    pub(crate) shown: &'static str,
}

/// A kind of document in the feed. Implemented once, in the kind's module, and listed in the
/// register. Whatever changes what terminals see calls [`feed_entries`](crate::feed_entries) in the same
/// transaction.
pub(crate) trait FeedKind: Sync {
    /// Its row in the contract's table.
    fn kind(&self) -> DocumentKind;

    /// Where its documents lie; `None` for one that no organization publishes. From this it is
    /// known what carries an organization's name, and checked that the feed shows what it should.
    fn shelf(&self) -> Option<Shelf>;

    /// Those of `ids` that terminals are shown, as they read them, in any order.
    fn documents(&self, tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<Document>>;

    /// Announces again what tells something of others that changed in this transaction, such as how many
    /// members there are. Called once before each commit, whoever wrote, so that nobody who changes them
    /// has to know of this kind. What did not really change must not be announced.
    fn follow(&self, _tx: &mut WriteTx<'_>, _touched: &BTreeSet<Touch>) -> Result<()> {
        Ok(())
    }
}

/// The documents of a kind with one of `ids`, as far as terminals are shown them, in any order. Its rows come
/// with `select`, up to the tables; `condition` says of their columns that terminals are shown one, `id` is
/// the column of the ids, and `document` reads a row.
pub(crate) fn shown(
    tx: &mut Tx<'_>,
    select: &str,
    condition: &str,
    id: &str,
    ids: &[&str],
    document: impl Fn(&Row) -> Result<Document>,
) -> Result<Vec<Document>> {
    let mut documents = Vec::with_capacity(ids.len());
    for piece in pieces(ids) {
        let places = placeholders(1, piece.len());
        let sql = format!("{select} WHERE {condition} AND {id} IN ({places})");
        let values: Vec<Value> = piece.iter().copied().map(Value::from).collect();
        for row in &tx.query(&sql, &values)? {
            documents.push(document(row)?);
        }
    }
    Ok(documents)
}
