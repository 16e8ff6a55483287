//! Applies what the server sent.

use contract::feed::{Change, FeedPage, TOWNSHIP_ID};
use contract::file::FileRef;
use contract::township::{ListingKind, Township};
use rusqlite::{Transaction, params};

use super::error::{CacheError, Context};
use super::files::FileClass;
use super::handle::Cache;
use super::kinds::{self, Content, Kept};
use super::{gone, schema, search, sums, time, unasked};

/// Bookkeeping: the feed was read, but not to its end.
pub(super) const READING: &str = "feed_reading";

/// A cursor that no server knows: it answers with everything.
pub(super) const EVERYTHING: &str = "everything";

/// One document, ready to be written: everything slow happens before the transaction.
pub(super) struct Prepared<'a> {
    pub(super) kept: Kept<'a>,
    pub(super) title_sort: String,
    pub(super) search: Vec<u8>,
}

enum Step<'a> {
    Township(&'a Township, String),
    Put(Prepared<'a>),
    Delete(&'a str),
}

impl Cache {
    /// Applies a page of the feed and its cursor in one transaction. True when a screen could see
    /// a difference.
    ///
    /// # Errors
    /// When it cannot be written; then nothing of the page was applied and the cursor stayed.
    pub fn apply(&self, page: &FeedPage) -> Result<bool, CacheError> {
        let steps = page
            .changes
            .iter()
            .map(prepare)
            .collect::<Result<Vec<_>, _>>()?;
        let content = page.reset || !steps.is_empty();
        self.write("apply the feed", |tx| {
            if page.reset {
                tx.execute_batch(
                    "DELETE FROM document; DELETE FROM want WHERE class < 4; DELETE FROM listing; DELETE FROM meta WHERE key = 'township';",
                )?;
            }
            for step in &steps {
                match step {
                    Step::Township(township, json) => put_township(tx, township, json)?,
                    Step::Put(document) => {
                        gone::forget(tx, document.kept.row.id)?;
                        put(tx, document)?;
                    }
                    Step::Delete(id) => {
                        gone::note(tx, id, page.server_time_ms)?;
                        delete(tx, id)?;
                    }
                }
            }
            schema::set_meta(tx, "cursor", &page.cursor)?;
            schema::set_meta(tx, READING, if page.more { "more" } else { "" })?;
            if !page.more {
                schema::set_meta(tx, "last_sync_at_ms", &page.server_time_ms.to_string())?;
                // A kept programme that is gone for this terminal is no longer kept.
                tx.execute_batch(
                    "DELETE FROM keep WHERE programme_id NOT IN (SELECT id FROM document WHERE kind = 1);
                     DELETE FROM want WHERE document_id NOT IN (SELECT id FROM document);",
                )?;
                gone::forget_old(tx, page.server_time_ms)?;
                unasked::drop_all_unasked(tx)?;
            }
            Ok(())
        })?;
        self.remember_time(page);
        if content {
            self.content_changed();
        } else if !page.more {
            self.changed();
        }
        if !page.more {
            self.refresh_keeps()?;
            self.reclass_files()?;
            self.wake_fetchers();
        }
        Ok(content)
    }

    /// It is not earlier than this page says, nor than the newest content of it.
    fn remember_time(&self, page: &FeedPage) {
        if page.reset {
            self.slot::<time::Memory>().emptied();
        }
        let published = page.changes.iter().filter_map(|change| match change {
            Change::Put { document } => document.published_at_ms(),
            Change::Delete { .. } => None,
        });
        let heard = (!page.more).then_some(page.server_time_ms);
        self.slot::<time::Memory>().heard(heard, published.max());
    }

    /// Where the feed goes on; `None` before the first page.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        self.read("read the cursor", |db| schema::meta(db, "cursor"))
    }

    /// Has the feed begin again with everything: the server does not know such a cursor, and what it
    /// answers replaces every document.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn read_all_again(&self) -> Result<(), CacheError> {
        self.write("begin the feed again", |tx| {
            schema::set_meta(tx, "cursor", EVERYTHING)
        })
    }

    /// The feed answered that nothing is new: remembers when.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn synced(&self, server_time_ms: i64) -> Result<(), CacheError> {
        self.write("remember the sync", |tx| {
            schema::set_meta(tx, "last_sync_at_ms", &server_time_ms.to_string())
        })?;
        self.slot::<time::Memory>()
            .heard(Some(server_time_ms), None);
        self.changed();
        Ok(())
    }

    /// Bookkeeping of the client that must survive a restart: `etag`, `last_event_id`,
    /// `clock_offset_ms`.
    #[must_use]
    pub fn note(&self, key: &str) -> Option<String> {
        self.read("read a note", |db| schema::meta(db, &format!("note:{key}")))
    }

    /// Writes what [`Cache::note`] reads.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_note(&self, key: &str, value: &str) -> Result<(), CacheError> {
        self.write("write a note", |tx| {
            schema::set_meta(tx, &format!("note:{key}"), value)
        })
    }
}

fn prepare(change: &Change) -> Result<Step<'_>, CacheError> {
    let document = match change {
        Change::Delete { id } => return Ok(Step::Delete(id)),
        Change::Put { document } => document,
    };
    Ok(match kinds::content(document).during("store a document")? {
        Content::Township(township) => {
            let json = serde_json::to_string(township).during("store the township")?;
            Step::Township(township, json)
        }
        Content::Document(kept) => Step::Put(Prepared::of(kept)),
    })
}

impl<'a> Prepared<'a> {
    pub(super) fn of(kept: Kept<'a>) -> Self {
        Self {
            title_sort: search::sort_key(kept.row.title),
            search: search::units_of(kept.row.title),
            kept,
        }
    }
}

pub(super) fn put_township(
    tx: &Transaction<'_>,
    township: &Township,
    json: &str,
) -> rusqlite::Result<()> {
    schema::set_meta(tx, "township", json)?;
    tx.execute("DELETE FROM listing", [])?;
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO listing(id, title, kind) VALUES (?1, ?2, ?3)")?;
    for listing in township
        .sections
        .iter()
        .flat_map(|section| &section.listings)
    {
        if listing.kind != ListingKind::Unknown {
            insert.execute(params![listing.id, listing.title, listing.kind.name()])?;
        }
    }
    Ok(())
}

pub(super) fn put(tx: &Transaction<'_>, document: &Prepared<'_>) -> rusqlite::Result<()> {
    let Kept { kind, row, json } = &document.kept;
    let (thumb, screen) = (
        row.picture.map(|p| &p.thumb),
        row.picture.map(|p| &p.screen),
    );
    tx.prepare_cached(
        "INSERT OR REPLACE INTO document(id, kind, list, title, title_sort, summary, organization, published_at_ms,
            expires_at_ms, urgent, duration_ms, thumb_name, thumb_bytes, thumb_type, screen_name, screen_bytes,
            screen_type, screen_width, screen_height, search, json, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    )?
    .execute(params![
        row.id,
        kind,
        row.list,
        row.title,
        document.title_sort,
        row.summary,
        row.organization,
        row.at_ms,
        row.expires_at_ms.unwrap_or(i64::MAX),
        row.urgent,
        row.duration_ms,
        thumb.map(|file| &file.name),
        thumb.map(bytes),
        thumb.map(|file| &file.media_type),
        screen.map(|file| &file.name),
        screen.map(bytes),
        screen.map(|file| &file.media_type),
        row.picture.map(|p| p.width),
        row.picture.map(|p| p.height),
        document.search,
        json,
        sums::sum(json),
    ])?;
    tx.prepare_cached("DELETE FROM want WHERE document_id = ?1 AND class < ?2")?
        .execute(params![row.id, FileClass::Kept.rank()])?;
    kind.written(tx, row)?;
    let mut want = tx.prepare_cached(
        "INSERT OR IGNORE INTO want(document_id, name, bytes, media_type, class) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (file, class) in &row.files {
        if super::files::is_name(&file.name) {
            want.execute(params![
                row.id,
                file.name,
                bytes(file),
                file.media_type,
                class.rank()
            ])?;
        }
    }
    Ok(())
}

fn delete(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<()> {
    if id == TOWNSHIP_ID {
        tx.execute_batch("DELETE FROM meta WHERE key = 'township'; DELETE FROM listing;")?;
    }
    tx.prepare_cached("DELETE FROM document WHERE id = ?1")?
        .execute([id])?;
    tx.prepare_cached("DELETE FROM want WHERE document_id = ?1")?
        .execute([id])?;
    unasked::drop_unasked(tx, id)
}

fn bytes(file: &FileRef) -> i64 {
    i64::try_from(file.bytes).unwrap_or(i64::MAX)
}
