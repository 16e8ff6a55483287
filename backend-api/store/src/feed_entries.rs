//! Which documents changed, for whom, in which order: what the feed is read from and whatever changes
//! a document writes to.
//!
//! Each change of a document takes the next number of one sequence by updating the row of
//! `feed_state`. That row stays locked until the commit, so numbers become visible in their order
//! and a reader that has seen N never misses a smaller one. What is kept is not a log but the
//! last change of each document for each audience: at most one row to send for a document.
//!
//! A document has one audience, an organization; a terminal sees it if its own organization is
//! that one or lies below it. When a document's audience changes, the old one gets a tombstone
//! first and the new one the document after it, so for whoever is in both the later row counts
//! and the tombstone is not sent.
//!
//! A cursor names the database (epoch), the terminal's organization and that organization's
//! lineage, so that after a restored backup, another server, a terminal's move or a move of an
//! organization above it, the terminal starts anew instead of keeping what it may not see.

use std::fmt;
use std::str::FromStr;

use contract::kinds::DocumentKind;
use uuid::Uuid;

use crate::driver::{Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::feed_kind::FeedKind;
use crate::journal::{self, Audience, Topic};
use crate::part::{Part, Promise};

pub(crate) const PART: Part = Part {
    tables: &["feed_state", "feed_entries", "feed_heads"],
    promises: &[Promise {
        broken: "a feed entry is newer than the head of its audience",
        cases: "SELECT e.document_id FROM feed_entries e
                LEFT JOIN feed_heads h ON h.audience_id = e.audience_id
                WHERE h.seq IS NULL OR e.seq > h.seq",
    }],
    ..Part::EMPTY
};

/// How far the feed of one organization has come. `Display` gives a text without quotes that
/// differs whenever there is something new: the entity tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    epoch: String,
    organization_id: String,
    lineage: i64,
    /// Newest change for this organization.
    seq: i64,
    /// Newest tombstone for this organization that was thrown away.
    purged: i64,
    /// Newest change of all.
    newest: i64,
}

impl Head {
    /// The cursor of a terminal that has everything up to here.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor {
            seq: self.seq,
            ..Cursor::fresh(self)
        }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            epoch,
            organization_id,
            lineage,
            seq,
            ..
        } = self;
        write!(f, "{epoch}.{organization_id}.{lineage}.{seq}")
    }
}

/// How far a terminal has come. Opaque to terminals; `Display` and `FromStr` carry it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    epoch: String,
    organization_id: String,
    lineage: i64,
    /// The newest change of all when this terminal started: older tombstones mean nothing to it.
    base: i64,
    /// Everything up to here was sent.
    seq: i64,
}

impl Cursor {
    /// Whether there is nothing to send: the cheap answer to a poll.
    ///
    /// `head` may have been read a while ago, as long as nothing came for its organization since: what
    /// it says of everybody's changes is not asked, since a cursor is ahead of that as soon as others
    /// were told something.
    #[must_use]
    pub fn is_current(&self, head: &Head) -> bool {
        self.is_of(head) && self.seq >= head.seq
    }

    /// Whether what the terminal has can be brought up to date, rather than sent anew.
    fn continues(&self, head: &Head) -> bool {
        self.is_of(head)
            && self.seq.max(self.base) <= head.newest
            && self.seq.max(self.base) >= head.purged
    }

    /// Whether both are of one database, one organization and one place of it.
    fn is_of(&self, head: &Head) -> bool {
        self.epoch == head.epoch
            && self.organization_id == head.organization_id
            && self.lineage == head.lineage
    }

    fn fresh(head: &Head) -> Self {
        Self {
            epoch: head.epoch.clone(),
            organization_id: head.organization_id.clone(),
            lineage: head.lineage,
            base: head.newest,
            seq: 0,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            epoch,
            organization_id,
            lineage,
            base,
            seq,
        } = self;
        write!(f, "{epoch}.{organization_id}.{lineage}.{base}.{seq}")
    }
}

/// The text is not a cursor.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a cursor of this feed")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let parts: Vec<&str> = text.split('.').collect();
        let [epoch, organization_id, lineage, base, seq] = parts[..] else {
            return Err(NotACursor);
        };
        let number = |text: &str| text.parse().map_err(|_| NotACursor);
        Ok(Self {
            epoch: epoch.to_owned(),
            organization_id: organization_id.to_owned(),
            lineage: number(lineage)?,
            base: number(base)?,
            seq: number(seq)?,
        })
    }
}

/// The last change of one document, as far as it concerns a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) document_id: String,
    /// Name of a [`DocumentKind`].
    pub(crate) kind: String,
    /// The document is there; otherwise it is gone.
    pub(crate) live: bool,
}

/// One page of entries.
pub(crate) struct Entries {
    /// Where the next page begins.
    pub(crate) cursor: Cursor,
    /// There is another page already.
    pub(crate) more: bool,
    /// The cursor given does not continue here.
    pub(crate) reset: bool,
    /// Oldest first, at most one a document.
    pub(crate) entries: Vec<Entry>,
}

/// How far the feed of an organization has come: one query by primary keys.
///
/// # Errors
/// [`Error::NotFound`] without the organization.
pub fn head(tx: &mut Tx<'_>, organization_id: &str) -> Result<Head> {
    let row = tx.query_opt(
        "SELECT s.epoch, s.seq, o.lineage,
             (SELECT COALESCE(MAX(h.seq), 0) FROM organization_lines l
              JOIN feed_heads h ON h.audience_id = l.ancestor_id WHERE l.organization_id = o.id),
             (SELECT COALESCE(MAX(h.purged_seq), 0) FROM organization_lines l
              JOIN feed_heads h ON h.audience_id = l.ancestor_id WHERE l.organization_id = o.id)
         FROM organizations o CROSS JOIN feed_state s WHERE o.id = ?1",
        params![organization_id],
    )?;
    let row = row.ok_or(Error::NotFound("organization"))?;
    Ok(Head {
        epoch: row.text(0)?,
        newest: row.int(1)?,
        lineage: row.int(2)?,
        seq: row.int(3)?,
        purged: row.int(4)?,
        organization_id: organization_id.to_owned(),
    })
}

/// At most `limit` entries (at least 1) for terminals of `organization_id` after `cursor`; from
/// the beginning without one.
pub(crate) fn entries(
    tx: &mut Tx<'_>,
    organization_id: &str,
    cursor: Option<&Cursor>,
    limit: u32,
) -> Result<Entries> {
    let head = head(tx, organization_id)?;
    let known = cursor.filter(|cursor| cursor.continues(&head));
    let start = known.cloned().unwrap_or_else(|| Cursor::fresh(&head));
    let reset = cursor.is_some() && known.is_none();
    if known.is_some_and(|cursor| cursor.seq >= head.seq) {
        return Ok(Entries {
            cursor: start,
            more: false,
            reset,
            entries: Vec::new(),
        });
    }

    let limit = limit.max(1);
    let mut rows = tx.query(
        "SELECT e.document_id, e.kind, e.live, e.seq
         FROM organization_lines l JOIN feed_entries e ON e.audience_id = l.ancestor_id
         WHERE l.organization_id = ?1 AND e.seq > ?2 AND (e.live = 1 OR e.seq > ?3)
           AND NOT EXISTS (
               SELECT 1 FROM feed_entries later
               JOIN organization_lines seen ON seen.ancestor_id = later.audience_id
               WHERE seen.organization_id = ?1 AND later.document_id = e.document_id AND later.seq > e.seq)
         ORDER BY e.seq LIMIT ?4",
        params![organization_id, start.seq, start.base, limit.saturating_add(1)],
    )?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);

    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        entries.push(Entry {
            document_id: row.text(0)?,
            kind: row.text(1)?,
            live: row.truth(2)?,
        });
    }
    let seq = match rows.last() {
        Some(last) if more => last.int(3)?,
        _ => head.newest,
    };
    Ok(Entries {
        cursor: Cursor { seq, ..start },
        more,
        reset,
        entries,
    })
}

/// Gives the feed another epoch: every terminal starts anew. Needed after a database was put back
/// to an earlier state by other means than [`backup`](crate::backup).
///
/// # Errors
/// The database failed.
pub fn renew_epoch(tx: &mut WriteTx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE feed_state SET epoch = ?1 WHERE id = 1",
        params![random_epoch()],
    )?;
    Ok(())
}

/// Throws tombstones away that are older than `before_ms`; answers how many. A terminal that was
/// away longer than that starts anew.
///
/// # Errors
/// The database failed.
pub fn purge_tombstones(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    tx.execute(
        "UPDATE feed_heads SET purged_seq = (
             SELECT MAX(e.seq) FROM feed_entries e
             WHERE e.audience_id = feed_heads.audience_id AND e.live = 0 AND e.changed_at_ms < ?1)
         WHERE audience_id IN (SELECT audience_id FROM feed_entries WHERE live = 0 AND changed_at_ms < ?1)",
        params![before_ms],
    )?;
    tx.execute(
        "DELETE FROM feed_entries WHERE live = 0 AND changed_at_ms < ?1",
        params![before_ms],
    )
}

/// Gives a database that has none its epoch.
pub(crate) fn ensure_epoch(tx: &mut WriteTx<'_>) -> Result<()> {
    tx.execute(
        "UPDATE feed_state SET epoch = ?1 WHERE id = 1 AND epoch = ''",
        params![random_epoch()],
    )?;
    Ok(())
}

/// Announces a new or changed document to its audience, and its end to any other it had.
pub(crate) fn put(
    tx: &mut WriteTx<'_>,
    kind: DocumentKind,
    id: &str,
    audience_id: &str,
    now_ms: i64,
) -> Result<()> {
    bury(tx, id, Some(audience_id), now_ms)?;
    let seq = next(tx)?;
    tx.execute(
        "INSERT INTO feed_entries (document_id, audience_id, kind, seq, live, changed_at_ms)
         VALUES (?1, ?2, ?3, ?4, 1, ?5)
         ON CONFLICT (document_id, audience_id) DO UPDATE
         SET seq = excluded.seq, live = 1, changed_at_ms = excluded.changed_at_ms",
        params![id, audience_id, kind.name(), seq, now_ms],
    )?;
    advance(tx, audience_id, seq)
}

/// Announces that a document is gone, to whoever had it.
pub(crate) fn delete(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    bury(tx, id, None, now_ms)
}

/// Announces again all documents of this kind that an organization has published and terminals are
/// shown, since its name is part of them.
pub(crate) fn announce_again(
    tx: &mut WriteTx<'_>,
    kind: &dyn FeedKind,
    organization_id: &str,
    now_ms: i64,
) -> Result<()> {
    let Some(shelf) = kind.shelf() else {
        return Ok(());
    };
    let sql = format!(
        "SELECT id, audience_id FROM {} WHERE organization_id = ?1 AND ({})",
        shelf.table, shelf.shown
    );
    for row in tx.query(&sql, params![organization_id])? {
        put(tx, kind.kind(), &row.text(0)?, &row.text(1)?, now_ms)?;
    }
    Ok(())
}

/// Turns live entries of a document into tombstones, except the one of the audience `keep`.
fn bury(tx: &mut WriteTx<'_>, id: &str, keep: Option<&str>, now_ms: i64) -> Result<()> {
    let live = tx.query(
        "SELECT audience_id FROM feed_entries WHERE document_id = ?1 AND live = 1",
        params![id],
    )?;
    for row in live {
        let audience_id = row.text(0)?;
        if keep == Some(&audience_id) {
            continue;
        }
        let seq = next(tx)?;
        tx.execute(
            "UPDATE feed_entries SET live = 0, seq = ?3, changed_at_ms = ?4
             WHERE document_id = ?1 AND audience_id = ?2",
            params![id, &audience_id, seq, now_ms],
        )?;
        advance(tx, &audience_id, seq)?;
    }
    Ok(())
}

fn next(tx: &mut WriteTx<'_>) -> Result<i64> {
    tx.query_one(
        "UPDATE feed_state SET seq = seq + 1 WHERE id = 1 RETURNING seq",
        params![],
    )?
    .int(0)
}

fn advance(tx: &mut WriteTx<'_>, audience_id: &str, seq: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO feed_heads (audience_id, seq) VALUES (?1, ?2)
         ON CONFLICT (audience_id) DO UPDATE SET seq = excluded.seq",
        params![audience_id, seq],
    )?;
    journal::touch(tx, Topic::Documents, Audience::Below(audience_id));
    Ok(())
}

fn random_epoch() -> String {
    let mut epoch = Uuid::new_v4().simple().to_string();
    epoch.truncate(16);
    epoch
}
