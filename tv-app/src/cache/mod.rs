//! Everything the terminal knows, on disk: the only source of screens.
//!
//! The network fills the cache ([`crate::client`]); screens read it. Reads are plain values and
//! quick enough for the thread that draws: a list of 500 bulletins is one indexed query without
//! any JSON. They never wait for a writer, because SQLite runs in WAL mode and reads have their
//! own connections. A read that fails is logged and answers as if nothing were there.
//!
//! Writes that a user would miss are on the disk (`synchronous = FULL`) when the call returns.
//!
//! - [`feed`]: applies what the server sent
//! - [`outbox`]: what the user did and the server does not know yet
//! - [`files`]: pictures, captions and kept programmes within a disk budget
//! - [`people`]: who signs in here, and the roll calls
//! - [`duty`]: the duty rooms of this place, and who looked into them
//! - [`sign_in`]: sign-ins on their way to the server
//! - [`meetings`]: what is live, planned and over, and what was decided about it here
//! - [`viewings`]: who watched a meeting and for how long
//! - [`time`]: what time it is
//! - [`search`]: titles by digits
//! - [`pictures`]: decoded pictures in memory

pub mod duty;
pub mod enrolment;
pub mod error;
pub mod feed;
pub mod files;
mod gone;
pub mod keep;
pub mod meetings;
pub mod outbox;
pub mod people;
pub mod pictures;
pub mod progress;
mod read;
mod schema;
pub mod search;
pub mod sign_in;
pub mod time;
pub mod types;
pub mod viewings;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;
use tokio::sync::Notify;

pub use self::duty::Duty;
pub use self::error::CacheError;
use self::error::Context;
pub use self::files::{FileClass, WantedFile};
pub use self::gone::Gone;
pub use self::outbox::{OutboxEntry, OutboxItem};
pub use self::pictures::{Bitmap, Fit, PictureKey, Pictures};
pub use self::sign_in::{NewSignIn, Refusal, ToldLater, WaitingSignIn};
pub use self::time::ServerTime;
pub use self::types::{
    BulletinRow, DocumentKind, Enrolment, KeepState, KnownTime, MeetingChoice, NewestRow, Order,
    PendingEnrolment, ProgrammeRow, Reminded, RowPicture, SearchHit, SyncState, WantedMeeting,
    WatchState,
};
pub use crate::clock::{Clock, ManualClock, SystemClock};

/// Tells how many bytes are free on the file system of a folder; `None` when it cannot tell.
pub type FreeSpace = Arc<dyn Fn(&Path) -> Option<u64> + Send + Sync>;

/// Handle on the cache; clones share it.
#[derive(Clone)]
pub struct Cache {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    free_space: FreeSpace,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    generation: AtomicU64,
    /// Counts changes of documents alone: the search index follows it.
    content: AtomicU64,
    online: AtomicBool,
    files: Mutex<files::Index>,
    search: RwLock<Option<Arc<search::Index>>>,
    people: people::Memory,
    time: time::Memory,
    /// Rung when the outbox has something to send.
    outbox_wake: Notify,
    /// Rung when a sign-in is to be sent.
    sign_in_wake: Notify,
    /// Rung when files should be fetched.
    files_wake: Notify,
    /// Rung when programmes should be fetched.
    keeps_wake: Notify,
}

impl Cache {
    /// Opens the cache in a folder, which is made when missing. A damaged database is set aside
    /// under a number and a new one takes over what the user did ([`outbox`]), the enrolment,
    /// settings and watch positions as far as they can still be read.
    ///
    /// # Errors
    /// When the folder cannot be written or SQLite refuses for another reason than damage.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, CacheError> {
        Self::open_with(dir, clock, Arc::new(files::free_space))
    }

    /// The folder that everything is kept in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.dir
    }

    /// Like [`Cache::open`], with another way to learn how much room the disk has.
    ///
    /// # Errors
    /// As [`Cache::open`].
    pub fn open_with(
        dir: &Path,
        clock: Arc<dyn Clock>,
        free_space: FreeSpace,
    ) -> Result<Self, CacheError> {
        for folder in [
            dir.to_owned(),
            dir.join(files::FOLDER),
            dir.join(files::PARTIAL_FOLDER),
        ] {
            std::fs::create_dir_all(&folder).map_err(|source| CacheError::Io {
                operation: "make the folder",
                path: folder,
                source,
            })?;
        }
        let writer = schema::open_writer(dir)?;
        let reader = schema::open_reader(dir)?;
        let files = files::Index::load(&writer, dir)?;
        let time = time::Memory::load(&writer, clock.as_ref()).during("read the clock's offset")?;
        Ok(Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                clock,
                free_space,
                writer: Mutex::new(writer),
                readers: Mutex::new(vec![reader]),
                generation: AtomicU64::new(1),
                content: AtomicU64::new(1),
                online: AtomicBool::new(false),
                files: Mutex::new(files),
                search: RwLock::new(None),
                people: people::Memory::default(),
                time,
                outbox_wake: Notify::new(),
                sign_in_wake: Notify::new(),
                files_wake: Notify::new(),
                keeps_wake: Notify::new(),
            }),
        })
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

    /// Completes when something was put into the outbox since the last call.
    pub async fn outbox_woken(&self) {
        self.inner.outbox_wake.notified().await;
    }

    /// Completes when somebody signed in since the last call.
    pub async fn sign_in_woken(&self) {
        self.inner.sign_in_wake.notified().await;
    }

    /// Lets waiting sign-ins be tried now, e.g. because the network is back.
    pub fn wake_sign_ins(&self) {
        self.inner.sign_in_wake.notify_one();
    }

    /// Completes when files were asked for since the last call.
    pub async fn files_woken(&self) {
        self.inner.files_wake.notified().await;
    }

    fn changed(&self) {
        self.inner.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Completes when programmes were asked for since the last call.
    pub async fn keeps_woken(&self) {
        self.inner.keeps_wake.notified().await;
    }

    fn wake_fetchers(&self) {
        self.inner.files_wake.notify_one();
        self.inner.keeps_wake.notify_one();
    }

    fn content_changed(&self) {
        self.inner.content.fetch_add(1, Ordering::AcqRel);
        self.changed();
    }

    fn now_ms(&self) -> i64 {
        self.server_time().at_ms
    }

    /// Runs a reading query; a failure is logged and answered with the default.
    fn read<T: Default>(
        &self,
        what: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> T {
        self.try_read(what, query).unwrap_or_else(|error| {
            tracing::error!(%error, "the cache cannot be read");
            T::default()
        })
    }

    fn try_read<T>(
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
    fn write<T>(
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

#[cfg(test)]
pub(crate) mod tests;
