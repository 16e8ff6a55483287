//! What screens read.

use std::collections::HashMap;

use contract::bulletin::Bulletin;
use contract::file::FileRef;
use contract::programme::Programme;
use contract::township::{ListingKind, QuietHours, Township};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::CacheError;
use super::handle::Cache;
use super::kinds::{self, DocumentKind};
use super::types::{
    BulletinRow, Held, KeepState, NewestRow, Order, ProgrammeRow, RowPicture, SyncState, WatchState,
};
use super::{schema, sums};

const PICTURE: &str =
    "d.thumb_name, d.thumb_bytes, d.thumb_type, d.screen_name, d.screen_bytes, d.screen_type,
    d.screen_width, d.screen_height";

/// Less than this is not worth continuing: somebody only had a look.
const BEGUN_MS: i64 = 5_000;
/// What the table of kept programmes has for one that is here, as [`keep_state`] reads it.
const KEPT: i64 = 3;

/// What a place has its televisions do by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manners {
    /// When they say nothing, but for danger to life.
    pub quiet: QuietHours,
    /// A live meeting fills the screen at Home when nobody uses it.
    pub live_fills_home: bool,
}

/// The last ones, with the generation they were read in.
#[derive(Default)]
struct KnownManners(Mutex<Option<(u64, Manners)>>);

impl Cache {
    /// Names and sections of the township; `None` before the first sync.
    #[must_use]
    pub fn township(&self) -> Option<Township> {
        let json = self.read("read the township", |db| schema::meta(db, "township"))?;
        let mut township: Township = self.parse(&json, "township")?;
        // A newer program may have filled this cache.
        for section in &mut township.sections {
            section
                .listings
                .retain(|listing| listing.kind != ListingKind::Unknown);
        }
        Some(township)
    }

    /// What the place has its televisions do by themselves; read again only when something changed.
    #[must_use]
    pub fn manners(&self) -> Manners {
        let known = self.slot::<KnownManners>();
        let generation = self.generation();
        let mut known = known.0.lock();
        if let Some((seen, manners)) = *known
            && seen == generation
        {
            return manners;
        }
        let township = self.township().unwrap_or_default();
        let manners = Manners {
            quiet: township.quiet,
            live_fills_home: township.live_fills_home,
        };
        *known = Some((generation, manners));
        manners
    }

    /// The bulletins of a list that have not expired.
    #[must_use]
    pub fn bulletins(&self, list: &str, order: Order) -> Vec<BulletinRow> {
        let order = match order {
            Order::Newest => "d.published_at_ms DESC, d.id DESC",
            Order::Title => "d.title_sort, d.id",
        };
        let sql = format!(
            "SELECT {BULLETIN_ROW} FROM document d LEFT JOIN bulletin_read r ON r.id = d.id
             WHERE d.kind = 0 AND d.list = ?1 AND d.expires_at_ms > ?2 ORDER BY {order}"
        );
        let now = self.now_ms();
        self.read("list bulletins", |db| {
            db.prepare_cached(&sql)?
                .query_map(params![list, now], bulletin_row)?
                .collect()
        })
    }

    /// A whole bulletin.
    #[must_use]
    pub fn bulletin(&self, id: &str) -> Option<Bulletin> {
        let json = self.document("read a bulletin", DocumentKind::Bulletin, id)?;
        self.parse(&json, "bulletin")
    }

    /// The programmes of a category, newest first.
    #[must_use]
    pub fn programmes(&self, category: &str) -> Vec<ProgrammeRow> {
        self.programme_rows(
            "list programmes",
            "d.list = ?1 ORDER BY d.published_at_ms DESC, d.id DESC",
            params![category],
        )
    }

    /// A whole programme.
    #[must_use]
    pub fn programme(&self, id: &str) -> Option<Programme> {
        let json = self.document("read a programme", DocumentKind::Programme, id)?;
        self.parse(&json, "programme")
    }

    /// One programme as a grid shows it.
    #[must_use]
    pub fn programme_row(&self, id: &str) -> Option<ProgrammeRow> {
        self.programme_rows("read a programme's row", "d.id = ?1", params![id])
            .pop()
    }

    /// Programmes begun, neither finished nor at their end, last watched first.
    #[must_use]
    pub fn continue_watching(&self, limit: usize) -> Vec<ProgrammeRow> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.programme_rows(
            "list what to continue",
            "w.finished = 0 AND w.position_ms >= ?1 AND w.position_ms * 100 < w.duration_ms * 95 ORDER BY w.at_ms DESC LIMIT ?2",
            params![BEGUN_MS, limit],
        )
    }

    /// Programmes kept or being fetched for watching offline, last asked for first.
    #[must_use]
    pub fn kept_programmes(&self) -> Vec<ProgrammeRow> {
        self.programme_rows(
            "list what is kept",
            "k.state IS NOT NULL ORDER BY k.asked_at_ms DESC",
            params![],
        )
    }

    /// The programme that follows this one in its category; `None` after the last.
    #[must_use]
    pub fn next_programme(&self, id: &str) -> Option<ProgrammeRow> {
        self.programme_rows(
            "find the next programme",
            "(d.list, d.published_at_ms, d.id) IN (
                SELECT n.list, n.published_at_ms, n.id FROM document o JOIN document n ON n.kind = 1 AND n.list = o.list
                 AND (n.published_at_ms, n.id) < (o.published_at_ms, o.id)
                WHERE o.id = ?1 AND o.kind = 1 ORDER BY n.published_at_ms DESC, n.id DESC LIMIT 1)",
            params![id],
        )
        .pop()
    }

    /// Everything that is published, mixed, newest first.
    #[must_use]
    pub fn newest(&self, limit: usize) -> Vec<NewestRow> {
        let news = kinds::news();
        // The sign keeps the index by kind and list out of it: it has another order.
        let sql = format!(
            "SELECT d.kind, d.id, d.title, d.list, coalesce(l.title, ''), coalesce(l.kind, ''), d.organization,
                    d.published_at_ms,
                    r.id IS NULL AND w.programme_id IS NULL, {PICTURE}
             FROM document d LEFT JOIN listing l ON l.id = d.list LEFT JOIN bulletin_read r ON r.id = d.id
                  LEFT JOIN watch w ON w.programme_id = d.id
             WHERE +d.kind IN ({news}) AND d.expires_at_ms > ?1 ORDER BY d.published_at_ms DESC, d.id DESC LIMIT ?2"
        );
        let (now, limit) = (self.now_ms(), i64::try_from(limit).unwrap_or(i64::MAX));
        self.read("list what is new", |db| {
            db.prepare_cached(&sql)?
                .query_map(params![now, limit], |row| {
                    let kind = row.get(0)?;
                    Ok(NewestRow {
                        kind,
                        id: row.get(1)?,
                        title: row.get(2)?,
                        list: row.get(3)?,
                        list_title: row.get(4)?,
                        list_kind: listing_kind(&row.get::<_, String>(5)?, kind),
                        organization: row.get(6)?,
                        published_at_ms: row.get(7)?,
                        unread: row.get(8)?,
                        picture: picture(row, 9)?,
                    })
                })?
                .collect()
        })
    }

    /// The list that a document is in.
    #[must_use]
    pub fn list_of(&self, id: &str) -> Option<String> {
        self.read("find a document's list", |db| {
            db.prepare_cached("SELECT list FROM document WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()
        })
    }

    /// How many bulletins of a list were not opened here.
    #[must_use]
    pub fn unread_count(&self, list: &str) -> u64 {
        let now = self.now_ms();
        self.read("count unread bulletins", |db| {
            db.prepare_cached(
                "SELECT count(*) FROM document d WHERE d.kind = 0 AND d.list = ?1 AND d.expires_at_ms > ?2
                 AND NOT EXISTS (SELECT 1 FROM bulletin_read r WHERE r.id = d.id)",
            )?
            .query_row(params![list, now], |row| row.get(0).map(unsigned))
        })
    }

    /// What every list holds; new is what was published after `since_ms` (Unix ms) and was not opened here.
    #[must_use]
    pub fn held(&self, since_ms: i64) -> HashMap<String, Held> {
        let sql = format!(
            "SELECT d.list, d.kind, count(*),
                    sum(d.published_at_ms > ?2 AND r.id IS NULL AND w.programme_id IS NULL),
                    sum(coalesce(k.state, 0) = {KEPT})
             FROM document d LEFT JOIN bulletin_read r ON r.id = d.id LEFT JOIN watch w ON w.programme_id = d.id
                  LEFT JOIN keep k ON k.programme_id = d.id
             WHERE +d.kind IN ({news}) AND d.expires_at_ms > ?1 GROUP BY d.list, d.kind",
            news = kinds::news()
        );
        let now = self.now_ms();
        let rows: Vec<(String, Held)> = self.read("count what lists hold", |db| {
            db.prepare_cached(&sql)?
                .query_map(params![now, since_ms], |row| {
                    let (count, new) = (unsigned(row.get(2)?), unsigned(row.get(3)?));
                    let held = match row.get(1)? {
                        DocumentKind::Programme => Held {
                            films: count,
                            new_films: new,
                            kept: unsigned(row.get(4)?),
                            ..Held::default()
                        },
                        _ => Held {
                            bulletins: count,
                            new,
                            ..Held::default()
                        },
                    };
                    Ok((row.get(0)?, held))
                })?
                .collect()
        });
        let mut lists: HashMap<String, Held> = HashMap::new();
        for (list, held) in rows {
            let all = lists.entry(list).or_default();
            *all = all.and(held);
        }
        lists
    }

    /// Urgent bulletins that nobody has opened here, newest first.
    #[must_use]
    pub fn urgent_unread(&self) -> Vec<BulletinRow> {
        let sql = format!(
            "SELECT {BULLETIN_ROW} FROM document d LEFT JOIN bulletin_read r ON r.id = d.id
             WHERE d.urgent = 1 AND d.kind = 0 AND r.id IS NULL AND d.expires_at_ms > ?1
             ORDER BY d.published_at_ms DESC"
        );
        let now = self.now_ms();
        self.read("list urgent bulletins", |db| {
            db.prepare_cached(&sql)?
                .query_map([now], bulletin_row)?
                .collect()
        })
    }

    /// Remembers that a bulletin was opened.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn mark_read(&self, id: &str) -> Result<(), CacheError> {
        let now = self.now_ms();
        let news = self.write("mark a bulletin read", |tx| {
            tx.prepare_cached("INSERT OR IGNORE INTO bulletin_read(id, at_ms) VALUES (?1, ?2)")?
                .execute(params![id, now])
        })?;
        if news > 0 {
            self.changed();
        }
        Ok(())
    }

    /// How far a programme was watched; `None` when never begun.
    #[must_use]
    pub fn watch_state(&self, programme_id: &str) -> Option<WatchState> {
        self.read("read a watch state", |db| {
            db.prepare_cached(
                "SELECT position_ms, duration_ms, watched_ms, finished, at_ms FROM watch WHERE programme_id = ?1",
            )?
            .query_row([programme_id], |row| {
                Ok(WatchState {
                    position_ms: row.get(0)?,
                    duration_ms: row.get(1)?,
                    watched_ms: row.get(2)?,
                    finished: row.get(3)?,
                    at_ms: row.get(4)?,
                })
            })
            .optional()
        })
    }

    /// How the cache stands to the server.
    #[must_use]
    pub fn sync_state(&self) -> SyncState {
        let read =
            |flag: &std::sync::atomic::AtomicBool| flag.load(std::sync::atomic::Ordering::Acquire);
        let (online, tried) = (read(&self.inner.online), read(&self.inner.tried));
        self.read("read the sync state", |db| {
            let last = schema::meta(db, "last_sync_at_ms")?;
            let (pending_writes, refused_writes) = db
                .prepare_cached("SELECT count(*) FILTER (WHERE state < 2), count(*) FILTER (WHERE state = 2) FROM outbox")?
                .query_row([], |row| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?))))?;
            Ok(SyncState {
                last_sync_at_ms: last.and_then(|text| text.parse().ok()),
                online,
                tried,
                pending_writes,
                refused_writes,
            })
        })
    }

    /// A setting of this terminal.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<String> {
        self.read("read a setting", |db| {
            db.prepare_cached("SELECT value FROM setting WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()
        })
    }

    /// Changes a setting of this terminal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), CacheError> {
        self.write("write a setting", |tx| {
            tx.prepare_cached(
                "INSERT INTO setting(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![key, value])
        })?;
        self.changed();
        Ok(())
    }

    /// What [`Cache::set_resume_point`] wrote last.
    #[must_use]
    pub fn resume_point(&self) -> Option<String> {
        self.read("read the resume point", |db| {
            schema::meta(db, "resume_point")
        })
    }

    /// Remembers where the user is (screen, second of the video), so that a power cut leads back
    /// there. One small durable write; screens are not told that anything changed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_resume_point(&self, json: &str) -> Result<(), CacheError> {
        self.write("write the resume point", |tx| {
            schema::set_meta(tx, "resume_point", json)
        })
    }

    pub(super) fn document(
        &self,
        what: &'static str,
        kind: DocumentKind,
        id: &str,
    ) -> Option<String> {
        let (json, sum): (String, Option<i64>) = self.read(what, |db| {
            db.prepare_cached("SELECT json, sum FROM document WHERE id = ?1 AND kind = ?2")?
                .query_row(params![id, kind], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })?;
        if !sums::is_same(&json, sum) {
            tracing::error!(id, "a stored document is not what was stored");
            self.is_damaged();
            return None;
        }
        Some(json)
    }

    /// A document from its JSON. What is no JSON of it any more is damage, to be mended before the next
    /// write.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(
        &self,
        json: &str,
        what: &'static str,
    ) -> Option<T> {
        serde_json::from_str(json)
            .inspect_err(|error| {
                tracing::error!(%error, what, "a stored document cannot be read");
                self.is_damaged();
            })
            .ok()
    }

    fn programme_rows(
        &self,
        what: &'static str,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Vec<ProgrammeRow> {
        let sql = format!(
            "SELECT d.id, d.list, d.title, d.organization, d.duration_ms, d.published_at_ms,
                    coalesce(w.position_ms, 0), coalesce(w.seen_ms, 0), coalesce(w.finished, 0),
                    coalesce(k.state, 0), coalesce(k.percent, 0), coalesce(k.reason, ''), {PICTURE}
             FROM document d LEFT JOIN watch w ON w.programme_id = d.id LEFT JOIN keep k ON k.programme_id = d.id
             WHERE d.kind = 1 AND {condition}"
        );
        self.read(what, |db| {
            db.prepare_cached(&sql)?
                .query_map(values, |row| {
                    Ok(ProgrammeRow {
                        id: row.get(0)?,
                        category: row.get(1)?,
                        title: row.get(2)?,
                        organization: row.get(3)?,
                        duration_ms: row.get(4)?,
                        published_at_ms: row.get(5)?,
                        position_ms: row.get(6)?,
                        seen_ms: row.get(7)?,
                        finished: row.get(8)?,
                        kept: keep_state(row.get(9)?, row.get(10)?, row.get(11)?),
                        poster: picture(row, 12)?.unwrap_or_default(),
                    })
                })?
                .collect()
        })
    }
}

pub(super) const BULLETIN_ROW: &str = "d.id, d.list, d.title, d.summary, d.organization, d.published_at_ms, d.urgent,
    r.id IS NULL, d.thumb_name, d.thumb_bytes, d.thumb_type, d.screen_name, d.screen_bytes, d.screen_type,
    d.screen_width, d.screen_height";

pub(super) fn bulletin_row(row: &Row<'_>) -> rusqlite::Result<BulletinRow> {
    Ok(BulletinRow {
        id: row.get(0)?,
        list: row.get(1)?,
        title: row.get(2)?,
        summary: row.get(3)?,
        organization: row.get(4)?,
        published_at_ms: row.get(5)?,
        urgent: row.get(6)?,
        unread: row.get(7)?,
        cover: picture(row, 8)?,
    })
}

fn picture(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<RowPicture>> {
    let Some(thumb) = file_ref(row, at)? else {
        return Ok(None);
    };
    let screen = file_ref(row, at + 3)?.unwrap_or_default();
    Ok(Some(RowPicture {
        thumb,
        screen,
        width: row.get(at + 6)?,
        height: row.get(at + 7)?,
    }))
}

fn file_ref(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<FileRef>> {
    let Some(name) = row.get(at)? else {
        return Ok(None);
    };
    Ok(Some(FileRef {
        name,
        bytes: unsigned(row.get(at + 1)?),
        media_type: row.get(at + 2)?,
    }))
}

pub(super) fn keep_state(state: i64, percent: u8, reason: String) -> KeepState {
    match state {
        1 => KeepState::Waiting,
        2 => KeepState::Loading(percent),
        KEPT => KeepState::Kept,
        4 => KeepState::Failed(reason),
        _ => KeepState::No,
    }
}

/// What a list holds, also when the township does not name it.
pub(super) fn listing_kind(stored: &str, document: DocumentKind) -> ListingKind {
    ListingKind::named(stored).unwrap_or_else(|| document.usual_list())
}

/// Picture columns of a search hit, found by id when it is shown.
pub(super) fn picture_of(db: &Connection, id: &str) -> rusqlite::Result<Option<RowPicture>> {
    db.prepare_cached(&format!("SELECT {PICTURE} FROM document d WHERE d.id = ?1"))?
        .query_row([id], |row| picture(row, 0))
        .optional()
        .map(Option::flatten)
}

/// SQLite has no unsigned integers; a negative count or size is damage and reads as nothing.
pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
