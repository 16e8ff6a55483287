//! The handle on the cache: its connections, what it counts, and the bells of those who fetch.
//! What the parts know of it; it knows no part.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::error::{Ailment, CacheError, Context};
use super::place::Place;
use super::slots::Slots;
use super::types::Storage;
use crate::clock::Clock;

/// Tells how many bytes are free on the file system of a folder; `None` when it cannot tell.
pub type FreeSpace = Arc<dyn Fn(&Path) -> Option<u64> + Send + Sync>;

/// Told when the cache goes to another place, or is another one; must not block.
pub type StorageChanged = Arc<dyn Fn() + Send + Sync>;

/// A read that finds damage waits no longer for whoever writes: that one may wait for what the reader
/// holds.
const MENDING: Duration = Duration::from_millis(500);

/// A write is tried so often, each time after what was in its way was mended.
const ATTEMPTS: usize = 4;

/// Handle on the cache; clones share it.
#[derive(Clone)]
pub struct Cache {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) dir: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) free_space: FreeSpace,
    pub(super) writer: Mutex<Connection>,
    pub(super) readers: Mutex<Readers>,
    /// Damage that a read has found and that could not be mended at once.
    pub(super) damaged: AtomicBool,
    /// What lies on the disk has been looked at closely since it was opened.
    pub(super) is_checked: AtomicBool,
    pub(super) storage: Mutex<Storage>,
    /// How often a damaged database was replaced since the start.
    pub(super) renewals: AtomicU64,
    pub(super) listener: Mutex<Option<StorageChanged>>,
    generation: AtomicU64,
    /// Counts changes of documents alone: the search index follows it.
    pub(super) content: AtomicU64,
    pub(super) online: AtomicBool,
    pub(super) tried: AtomicBool,
    /// What the parts remember.
    pub(super) slots: Slots,
    /// Rung when files should be fetched.
    pub(super) files_wake: Notify,
    /// Rung when programmes should be fetched.
    keeps_wake: Notify,
}

/// Connections for reading that nobody uses now.
pub(super) struct Readers {
    place: Place,
    /// Counts places: a connection to one that was left is not kept.
    count: u64,
    idle: Vec<Connection>,
}

impl Readers {
    /// From now on it is read there.
    pub(super) fn move_to(&mut self, place: Place) {
        self.place = place;
        self.count += 1;
        self.idle.drain(..).for_each(leave);
    }
}

/// Closes a connection without touching files that may be another database's by now.
pub(super) fn leave(connection: Connection) {
    use rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    if let Err(error) = connection.set_db_config(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true) {
        tracing::warn!(%error, "a connection is closed as any other");
    }
    drop(connection);
}

impl Cache {
    /// A handle on what was opened.
    pub(super) fn over(
        dir: &Path,
        clock: Arc<dyn Clock>,
        free_space: FreeSpace,
        writer: Connection,
        (place, storage): (Place, Storage),
        slots: Slots,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                clock,
                free_space,
                writer: Mutex::new(writer),
                readers: Mutex::new(Readers {
                    place,
                    count: 0,
                    idle: Vec::new(),
                }),
                damaged: AtomicBool::new(false),
                is_checked: AtomicBool::new(false),
                storage: Mutex::new(storage),
                renewals: AtomicU64::new(0),
                listener: Mutex::default(),
                generation: AtomicU64::new(1),
                content: AtomicU64::new(1),
                online: AtomicBool::new(false),
                tried: AtomicBool::new(false),
                slots,
                files_wake: Notify::new(),
                keeps_wake: Notify::new(),
            }),
        }
    }

    /// The folder that everything is kept in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.dir
    }

    /// Counts visible changes: a screen that remembers it knows whether to read again.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Acquire)
    }

    /// The clock this cache was opened with.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// Tells whether the server answers; the client calls it. True when that is news.
    pub fn set_online(&self, online: bool) -> bool {
        let first = !self.inner.tried.swap(true, Ordering::AcqRel);
        let news = self.inner.online.swap(online, Ordering::AcqRel) != online;
        if news || first {
            self.changed();
        }
        news
    }

    /// Completes when files were asked for since the last call.
    pub async fn files_woken(&self) {
        self.inner.files_wake.notified().await;
    }

    /// Completes when programmes were asked for since the last call.
    pub async fn keeps_woken(&self) {
        self.inner.keeps_wake.notified().await;
    }

    /// What a read has found is to be mended before the next write.
    pub(super) fn is_damaged(&self) {
        self.inner.damaged.store(true, Ordering::Release);
    }

    pub(super) fn changed(&self) {
        self.inner.generation.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn wake_fetchers(&self) {
        self.inner.files_wake.notify_one();
        self.inner.keeps_wake.notify_one();
    }

    pub(super) fn content_changed(&self) {
        self.inner.content.fetch_add(1, Ordering::AcqRel);
        self.changed();
    }

    /// What a part remembers in memory.
    pub(super) fn slot<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.inner.slots.of()
    }

    /// Runs a reading query; a failure is logged and answered with the default.
    pub(super) fn read<T: Default>(
        &self,
        what: &'static str,
        query: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> T {
        self.try_read(what, query).unwrap_or_else(|error| {
            tracing::error!(%error, "the cache cannot be read");
            T::default()
        })
    }

    /// Runs a reading query. Damage that it comes upon is mended and the query run once more.
    pub(super) fn try_read<T>(
        &self,
        what: &'static str,
        mut query: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let error = match self.read_once(what, &mut query) {
            // What is in memory was looked at when it came there.
            Err(error)
                if error.ailment() == Some(Ailment::Damaged) && self.storage() == Storage::Disk =>
            {
                error
            }
            answer => return answer,
        };
        let Some(mut writer) = self.inner.writer.try_lock_for(MENDING) else {
            self.inner.damaged.store(true, Ordering::Release);
            return Err(error);
        };
        tracing::error!(%error, "damage was read");
        let mended = self.mend(&mut writer, Ailment::Damaged);
        drop(writer);
        if mended {
            self.read_once(what, &mut query)
        } else {
            Err(error)
        }
    }

    fn read_once<T>(
        &self,
        what: &'static str,
        query: &mut impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let (idle, place, count) = {
            let mut readers = self.inner.readers.lock();
            (readers.idle.pop(), readers.place.clone(), readers.count)
        };
        let connection = match idle {
            Some(connection) => connection,
            None => place.open_reader()?,
        };
        let answer = query(&connection).during(what);
        let mut readers = self.inner.readers.lock();
        if readers.count != count {
            leave(connection);
        } else if readers.idle.len() < 4 {
            readers.idle.push(connection);
        }
        answer
    }

    /// Runs a writing transaction; it is on the disk when this returns, or as safe as this box can keep
    /// it now ([`Cache::storage`]). What is wrong with the disk is mended first, and the transaction run
    /// again.
    pub(super) fn write<T>(
        &self,
        what: &'static str,
        mut action: impl FnMut(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let mut writer = self.inner.writer.lock();
        if self.inner.damaged.swap(false, Ordering::AcqRel) {
            self.mend(&mut writer, Ailment::Damaged);
        }
        for _ in 1..ATTEMPTS {
            match write_once(&mut writer, what, &mut action) {
                Err(error)
                    if error
                        .ailment()
                        .is_some_and(|ailment| self.mend(&mut writer, ailment)) =>
                {
                    tracing::warn!(%error, "trying to write again");
                }
                answer => return answer,
            }
        }
        write_once(&mut writer, what, &mut action)
    }
}

fn write_once<T>(
    writer: &mut Connection,
    what: &'static str,
    action: &mut impl FnMut(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
) -> Result<T, CacheError> {
    let tx = writer
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .during(what)?;
    let answer = action(&tx).during(what)?;
    tx.commit().during(what)?;
    Ok(answer)
}
