//! Whether documents still are what was stored. SQLite finds pages that contradict each other, and not
//! a letter that became another one: a figure would be shown that nobody published.

use std::sync::atomic::Ordering;

use rusqlite::{Connection, Row, Transaction, params};

use super::feed::{Prepared, put};
use super::handle::Cache;
use super::kinds::DocumentKind;
use super::sums::is_same;
use super::types::Storage;

/// What is compared with the document itself; `seen` reads it.
const SEEN: &str = "id, list, title, title_sort, summary, organization, published_at_ms,
    expires_at_ms, urgent, duration_ms, search";

/// What lists and the search know of a document.
#[derive(PartialEq)]
struct Seen<'a> {
    texts: [&'a str; 6],
    numbers: [i64; 4],
    search: &'a [u8],
}

/// How the documents are.
#[derive(Default)]
struct Verdict {
    /// They contradict each other, or are not what was stored.
    is_damaged: bool,
    /// Those whose lines in lists are not what they say themselves, by rowid.
    others: Vec<i64>,
}

impl Cache {
    /// Whether [`Cache::check_once`] has looked, or does so now.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.inner.is_checked.load(Ordering::Acquire)
    }

    /// Looks at every document that lies on the disk, once after the start. What it finds is mended by
    /// the next [`Cache::look_after`]. Takes a second or so on a weak box: nobody may wait for it.
    pub fn check_once(&self) {
        if self.storage() != Storage::Disk || self.inner.is_checked.swap(true, Ordering::AcqRel) {
            return;
        }
        let verdict = self.read("look closely at the documents", look);
        if verdict.is_damaged {
            tracing::error!("documents are not what was stored");
            self.is_damaged();
        } else if !verdict.others.is_empty() {
            // Another version may have made them in another way.
            tracing::warn!(
                count = verdict.others.len(),
                "lines of documents are made again"
            );
            let made = self.write("make lines of documents again", |tx| {
                verdict.others.iter().try_for_each(|at| make_again(tx, *at))
            });
            match made {
                Ok(()) => self.content_changed(),
                Err(error) => tracing::error!(%error, "lines of documents stay as they are"),
            }
        }
    }
}

fn look(db: &Connection) -> rusqlite::Result<Verdict> {
    let pages: String = db.query_row("PRAGMA integrity_check(document)", [], |row| row.get(0))?;
    if pages != "ok" {
        return Ok(Verdict {
            is_damaged: true,
            ..Verdict::default()
        });
    }
    let mut verdict = Verdict::default();
    let mut select = db.prepare(&format!(
        "SELECT rowid, kind, json, sum, {SEEN} FROM document"
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        // One of a newer version is read by that one.
        let Some(kind) = DocumentKind::numbered(row.get(1)?) else {
            continue;
        };
        let json = row.get_ref(2)?.as_str()?;
        let is_seen = is_same(json, row.get(3)?).then(|| {
            kind.reread(json, |kept| {
                let document = Prepared::of(kept);
                Ok::<_, rusqlite::Error>(seen(row)? == document.seen())
            })
        });
        match is_seen.flatten().transpose()? {
            None => verdict.is_damaged = true,
            Some(true) => {}
            Some(false) => verdict.others.push(row.get(0)?),
        }
    }
    Ok(verdict)
}

fn seen<'r>(row: &'r Row<'_>) -> rusqlite::Result<Seen<'r>> {
    let text = |at: usize| Ok::<_, rusqlite::Error>(row.get_ref(at)?.as_str()?);
    Ok(Seen {
        texts: [text(4)?, text(5)?, text(6)?, text(7)?, text(8)?, text(9)?],
        numbers: [row.get(10)?, row.get(11)?, row.get(12)?, row.get(13)?],
        search: row.get_ref(14)?.as_blob()?,
    })
}

impl Prepared<'_> {
    fn seen(&self) -> Seen<'_> {
        let row = &self.kept.row;
        Seen {
            texts: [
                row.id,
                row.list,
                row.title,
                &self.title_sort,
                row.summary,
                row.organization,
            ],
            numbers: [
                row.at_ms,
                row.expires_at_ms.unwrap_or(i64::MAX),
                row.urgent.into(),
                row.duration_ms,
            ],
            search: &self.search,
        }
    }
}

fn make_again(tx: &Transaction<'_>, rowid: i64) -> rusqlite::Result<()> {
    let (kind, json): (DocumentKind, String) = tx.query_row(
        "SELECT kind, json FROM document WHERE rowid = ?1",
        [rowid],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    tx.execute("DELETE FROM document WHERE rowid = ?1", params![rowid])?;
    kind.reread(&json, |kept| put(tx, &Prepared::of(kept)))
        .unwrap_or(Ok(()))
}
