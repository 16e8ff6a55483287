//! What is done when the storage fails while the program runs: room is made, a damaged database is
//! replaced by what is left of it, and when the disk takes nothing the cache goes on in memory, until
//! the disk takes it back.

use std::fs;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::error::{Ailment, CacheError, Context};
use super::handle::{Cache, StorageChanged, leave};
use super::opening::{self, Opened};
use super::place::Place;
use super::rescue::rescue;
use super::spare;
use super::types::Storage;

/// A database that is damaged more often than this since the start lies on a disk that is dying.
const RENEWALS: u64 = 3;

/// So much is freed at least when the disk is full, in bytes.
const ROOM: u64 = 32 << 20;

impl Cache {
    /// Where it is now.
    #[must_use]
    pub fn storage(&self) -> Storage {
        *self.inner.storage.lock()
    }

    /// Whether what users do is on the disk once it is written down. Otherwise nothing may be promised.
    #[must_use]
    pub fn can_promise(&self) -> bool {
        self.storage() != Storage::Nothing
    }

    /// Who is told when the cache goes to another place or was replaced.
    pub fn tell_storage(&self, listener: StorageChanged) {
        *self.inner.listener.lock() = Some(listener);
    }

    /// Looks after the storage: mends damage that was read, goes back to the disk when that can be
    /// written again, and keeps a reserve there. Cheap when all is well; to be called every minute, by
    /// nobody who must not wait.
    pub fn look_after(&self) {
        let mut writer = self.inner.writer.lock();
        if self.inner.damaged.swap(false, Ordering::AcqRel) {
            self.mend(&mut writer, Ailment::Damaged);
        }
        if self.storage() != Storage::Disk
            && let Err(error) = self.return_to_disk(&mut writer)
        {
            tracing::warn!(%error, "the disk still takes nothing");
        }
        if self.storage() == Storage::Disk {
            spare::keep_reserve(&self.inner.dir, self.free_space());
        }
    }

    fn free_space(&self) -> Option<u64> {
        (self.inner.free_space)(&self.inner.dir)
    }

    /// Does something about what is wrong; false if there is nothing left to be done.
    pub(super) fn mend(&self, writer: &mut Connection, ailment: Ailment) -> bool {
        let storage = self.storage();
        if storage != Storage::Disk {
            // In memory only the second database can fail.
            if storage == Storage::Outbox && ailment != Ailment::Damaged {
                spare::detach(writer);
                self.is_now(Storage::Nothing);
                return true;
            }
            if storage == Storage::Outbox {
                self.attach_again(writer);
            }
            return storage == Storage::Outbox;
        }
        if ailment == Ailment::Full && self.make_room_now(writer) {
            return true;
        }
        let is_dying = self.inner.renewals.load(Ordering::Acquire) >= RENEWALS;
        if ailment == Ailment::Damaged && !is_dying {
            self.inner.renewals.fetch_add(1, Ordering::AcqRel);
            match self.renew(writer) {
                Ok(()) => return true,
                Err(error) => tracing::error!(%error, "a damaged database cannot be replaced"),
            }
        }
        self.go_into_memory(writer, ailment)
            .inspect_err(|error| tracing::error!(%error, "the cache cannot go on in memory"))
            .is_ok()
    }

    fn attach_again(&self, writer: &Connection) {
        spare::detach(writer);
        let storage = opening::with_spare(writer, &self.inner.dir);
        if storage == Storage::Nothing {
            self.is_now(storage);
        }
    }

    /// Half-finished downloads go first, then files, the least important first.
    fn make_room_now(&self, writer: &mut Connection) -> bool {
        let partial = self.drop_partial_files();
        let limit = self.stored_bytes().saturating_sub(ROOM);
        let before = self.stored_bytes();
        let gone = self.evict(limit, |_| true);
        let freed = partial + (before - self.stored_bytes());
        tracing::error!(freed, files = gone.len(), "the disk is full");
        let forgotten = writer
            .transaction()
            .and_then(|tx| super::files::forget(&tx, &gone).and_then(|()| tx.commit()));
        if let Err(error) = forgotten {
            // The next start finds out that they are gone.
            tracing::warn!(%error, "removed files are still noted");
        }
        self.changed();
        freed > 0
    }

    fn drop_partial_files(&self) -> u64 {
        let Ok(entries) = fs::read_dir(self.inner.dir.join(super::files::PARTIAL_FOLDER)) else {
            return 0;
        };
        let sizes = entries.flatten().filter_map(|entry| {
            let bytes = entry.metadata().ok()?.len();
            fs::remove_file(entry.path()).ok().map(|()| bytes)
        });
        sizes.sum()
    }

    /// A new database out of what is left takes the place of the damaged one.
    fn renew(&self, writer: &mut Connection) -> Result<(), CacheError> {
        opening::renew(&self.inner.dir, Some(writer))?;
        let mut opened = opening::open_on_disk(&self.inner.dir)?;
        opening::take_spare(&mut opened.writer, &self.inner.dir);
        self.move_to(writer, opened);
        Ok(())
    }

    fn go_into_memory(&self, writer: &mut Connection, ailment: Ailment) -> Result<(), CacheError> {
        let place = Place::memory();
        let mut new = place.open_writer()?;
        let whole = rescue(writer, &mut new)?;
        if !whole {
            spare::merge(&mut new, &self.inner.dir, spare::Trust::Spare)?;
        }
        // Two connections would write it.
        spare::detach(writer);
        if ailment == Ailment::Full {
            spare::give_up_reserve(&self.inner.dir);
        }
        let storage = opening::with_spare(&new, &self.inner.dir);
        tracing::error!(
            ?ailment,
            ?storage,
            "the disk takes nothing; all is in memory"
        );
        self.move_to(
            writer,
            Opened {
                writer: new,
                place,
                storage,
                is_new: false,
            },
        );
        Ok(())
    }

    fn return_to_disk(&self, writer: &mut Connection) -> Result<(), CacheError> {
        // Room for the database and its log, and for what comes next.
        let needed = 2 * size(writer).during("measure the cache")? + spare::RESERVE * 2;
        if self.free_space().is_some_and(|free| free < needed) && !self.make_room_now(writer) {
            return Err(CacheError::NoRoom {
                bytes: needed,
                budget: self.free_space().unwrap_or(0),
            });
        }
        let mut opened = opening::open_on_disk(&self.inner.dir)?;
        let copied = Backup::new(writer, &mut opened.writer)
            .and_then(|backup| backup.step(-1))
            .during("bring the cache back to the disk")?;
        if !matches!(copied, StepResult::Done) {
            return Err(CacheError::NoStorage);
        }
        spare::detach(writer);
        if let Err(error) = spare::attach(&opened.writer, &self.inner.dir, false) {
            tracing::error!(%error, "there is no second database");
        }
        tracing::warn!("the disk takes everything again");
        self.move_to(writer, opened);
        Ok(())
    }

    fn move_to(&self, writer: &mut Connection, opened: Opened) {
        let old = std::mem::replace(writer, opened.writer);
        self.inner.readers.lock().move_to(opened.place);
        leave(old);
        self.is_now(opened.storage);
    }

    fn is_now(&self, storage: Storage) {
        *self.inner.storage.lock() = storage;
        self.content_changed();
        self.wake_fetchers();
        let listener = self.inner.listener.lock().clone();
        if let Some(listener) = listener {
            listener();
        }
    }
}

/// Bytes of a database.
fn size(db: &Connection) -> rusqlite::Result<u64> {
    let number = |name: &str| {
        db.query_row(&format!("PRAGMA main.{name}"), [], |row| {
            row.get::<_, i64>(0)
        })
    };
    let bytes = number("page_count")?.saturating_mul(number("page_size")?);
    Ok(u64::try_from(bytes).unwrap_or(0))
}
