//! Applies what the server sent.

use contract::bulletin::{Block, Bulletin};
use contract::feed::{Change, Document, FeedPage, TOWNSHIP_ID};
use contract::file::{FileRef, Picture};
use contract::meeting::Meeting;
use contract::programme::Programme;
use contract::township::{ListingKind, Township};
use rusqlite::{Transaction, params};

use super::error::{CacheError, Context};
use super::files::FileClass;
use super::handle::Cache;
use super::read::{BULLETIN, MEETING, PROGRAMME};
use super::{gone, schema, search, time};

/// Bookkeeping: the feed was read, but not to its end.
pub(super) const READING: &str = "feed_reading";

/// One document, ready to be written: everything slow happens before the transaction.
pub(super) struct Prepared<'a> {
    kind: i64,
    id: &'a str,
    list: &'a str,
    title: &'a str,
    title_sort: String,
    summary: &'a str,
    organization: &'a str,
    published_at_ms: i64,
    expires_at_ms: i64,
    urgent: bool,
    duration_ms: i64,
    picture: Option<&'a Picture>,
    search: Vec<u8>,
    json: String,
    files: Vec<(&'a FileRef, FileClass)>,
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
                        gone::forget(tx, document.id)?;
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
            schema::set_meta(tx, "cursor", "everything")
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
    Ok(match change {
        Change::Delete { id } => Step::Delete(id),
        Change::Put {
            document: Document::Township(township),
        } => Step::Township(
            township,
            serde_json::to_string(township).during("store the township")?,
        ),
        Change::Put {
            document: Document::Bulletin(bulletin),
        } => Step::Put(prepare_bulletin(bulletin)?),
        Change::Put {
            document: Document::Programme(programme),
        } => Step::Put(prepare_programme(programme)?),
        Change::Put {
            document: Document::Meeting(meeting),
        } => Step::Put(prepare_meeting(meeting)?),
    })
}

fn prepare_bulletin(bulletin: &Bulletin) -> Result<Prepared<'_>, CacheError> {
    let mut files = Vec::new();
    let pictures = bulletin.body.iter().filter_map(|block| match block {
        Block::Picture(picture) => Some(picture),
        _ => None,
    });
    for picture in bulletin.cover.iter().chain(pictures) {
        picture_files(picture, &mut files);
    }
    Ok(Prepared {
        kind: BULLETIN,
        id: &bulletin.id,
        list: &bulletin.list,
        title: &bulletin.title,
        title_sort: search::sort_key(&bulletin.title),
        summary: &bulletin.summary,
        organization: &bulletin.organization.name,
        published_at_ms: bulletin.published_at_ms,
        expires_at_ms: bulletin.expires_at_ms.unwrap_or(i64::MAX),
        urgent: bulletin.urgent,
        duration_ms: 0,
        picture: bulletin.cover.as_ref(),
        search: search::units_of(&bulletin.title),
        json: serde_json::to_string(bulletin).during("store a bulletin")?,
        files,
    })
}

fn prepare_programme(programme: &Programme) -> Result<Prepared<'_>, CacheError> {
    let mut files = Vec::new();
    picture_files(&programme.poster, &mut files);
    files.extend(
        programme
            .captions
            .iter()
            .map(|caption| (&caption.file, FileClass::Screen)),
    );
    Ok(Prepared {
        kind: PROGRAMME,
        id: &programme.id,
        list: &programme.category,
        title: &programme.title,
        title_sort: search::sort_key(&programme.title),
        summary: "",
        organization: &programme.organization.name,
        published_at_ms: programme.published_at_ms,
        expires_at_ms: i64::MAX,
        urgent: false,
        duration_ms: programme.duration_ms,
        picture: Some(&programme.poster),
        search: search::units_of(&programme.title),
        json: serde_json::to_string(programme).during("store a programme")?,
        files,
    })
}

pub(super) fn prepare_meeting(meeting: &Meeting) -> Result<Prepared<'_>, CacheError> {
    Ok(Prepared {
        kind: MEETING,
        id: &meeting.id,
        list: "",
        title: &meeting.title,
        title_sort: search::sort_key(&meeting.title),
        summary: "",
        organization: &meeting.organization.name,
        published_at_ms: meeting.starts_at_ms,
        expires_at_ms: i64::MAX,
        urgent: false,
        duration_ms: meeting.planned_ms,
        picture: None,
        search: search::units_of(&meeting.title),
        json: serde_json::to_string(meeting).during("store a meeting")?,
        files: Vec::new(),
    })
}

fn picture_files<'a>(picture: &'a Picture, files: &mut Vec<(&'a FileRef, FileClass)>) {
    files.push((&picture.thumb, FileClass::Thumb));
    files.push((&picture.screen, FileClass::Screen));
    files.extend(
        picture
            .original
            .iter()
            .map(|original| (original, FileClass::Original)),
    );
}

fn put_township(tx: &Transaction<'_>, township: &Township, json: &str) -> rusqlite::Result<()> {
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
    let (thumb, screen) = (
        document.picture.map(|p| &p.thumb),
        document.picture.map(|p| &p.screen),
    );
    tx.prepare_cached(
        "INSERT OR REPLACE INTO document(id, kind, list, title, title_sort, summary, organization, published_at_ms,
            expires_at_ms, urgent, duration_ms, thumb_name, thumb_bytes, thumb_type, screen_name, screen_bytes,
            screen_type, screen_width, screen_height, search, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    )?
    .execute(params![
        document.id,
        document.kind,
        document.list,
        document.title,
        document.title_sort,
        document.summary,
        document.organization,
        document.published_at_ms,
        document.expires_at_ms,
        document.urgent,
        document.duration_ms,
        thumb.map(|file| &file.name),
        thumb.map(bytes),
        thumb.map(|file| &file.media_type),
        screen.map(|file| &file.name),
        screen.map(bytes),
        screen.map(|file| &file.media_type),
        document.picture.map(|p| p.width),
        document.picture.map(|p| p.height),
        document.search,
        document.json,
    ])?;
    tx.prepare_cached("DELETE FROM want WHERE document_id = ?1 AND class < ?2")?
        .execute(params![document.id, FileClass::Kept.rank()])?;
    if document.kind == MEETING {
        // Who asked to be reminded before anything was known of it.
        tx.prepare_cached(
            "UPDATE meeting_choice SET known_ms = ?2, title = ?3, organization = ?4
             WHERE id = ?1 AND remind = 1 AND known_ms IS NULL",
        )?
        .execute(params![
            document.id,
            document.published_at_ms,
            document.title,
            document.organization
        ])?;
    }
    let mut want = tx.prepare_cached(
        "INSERT OR IGNORE INTO want(document_id, name, bytes, media_type, class) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (file, class) in &document.files {
        if super::files::is_name(&file.name) {
            want.execute(params![
                document.id,
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
    Ok(())
}

fn bytes(file: &FileRef) -> i64 {
    i64::try_from(file.bytes).unwrap_or(i64::MAX)
}
