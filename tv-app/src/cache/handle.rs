//! The handle on the cache: its connections, what it counts, and the bells of those who fetch.
//! What the parts know of it; it knows no part.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Notify;

use super::error::{CacheError, Context};
use super::schema;
use super::slots::Slots;
use crate::clock::Clock;

/// Tells how many bytes are free on the file system of a folder; `None` when it cannot tell.
pub type FreeSpace = Arc<dyn Fn(&Path) -> Option<u64> + Send + Sync>;

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
    readers: Mutex<Vec<Connection>>,
    generation: AtomicU64,
    /// Counts changes of documents alone: the search index follows it.
    pub(super) content: AtomicU64,
    pub(super) online: AtomicBool,
    /// What the parts remember.
    pub(super) slots: Slots,
    /// Rung when files should be fetched.
    pub(super) files_wake: Notify,
    /// Rung when programmes should be fetched.
    keeps_wake: Notify,
}

impl Cache {
    /// A handle on what was opened.
    pub(super) fn over(
        dir: &Path,
        clock: Arc<dyn Clock>,
        free_space: FreeSpace,
        writer: Connection,
        reader: Connection,
        slots: Slots,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                clock,
                free_space,
                writer: Mutex::new(writer),
                readers: Mutex::new(vec![reader]),
                generation: AtomicU64::new(1),
                content: AtomicU64::new(1),
                online: AtomicBool::new(false),
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
        let news = self.inner.online.swap(online, Ordering::AcqRel) != online;
        if news {
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
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> T {
        self.try_read(what, query).unwrap_or_else(|error| {
            tracing::error!(%error, "the cache cannot be read");
            T::default()
        })
    }

    pub(super) fn try_read<T>(
        &self,
        what: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let idle = self.inner.readers.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.inner.dir)?,
        };
        let answer = query(&connection).during(what);
        let mut readers = self.inner.readers.lock();
        if readers.len() < 4 {
            readers.push(connection);
        }
        answer
    }

    /// Runs a writing transaction; it is on the disk when this returns.
    pub(super) fn write<T>(
        &self,
        what: &'static str,
        action: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, CacheError> {
        let mut writer = self.inner.writer.lock();
        let tx = writer
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .during(what)?;
        let answer = action(&tx).during(what)?;
        tx.commit().during(what)?;
        Ok(answer)
    }
}
