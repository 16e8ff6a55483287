//! Room on the disk of the data folder. Whatever writes much (recordings, films, pictures, backups) asks
//! first, and stops before the reserve that the database needs to go on: what people do is kept to the
//! last, and what is there can be read in any case.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

/// New things are refused so far above the reserve, so that those that were begun still find room.
const MARGIN: u64 = 128 << 20;

/// Once refused they are taken again when there is so much more.
const RELIEF: u64 = 64 << 20;

/// Tells how much room there is.
pub trait Disk: Send + Sync + 'static {
    /// Bytes that can still be written below a folder.
    ///
    /// # Errors
    /// It cannot be told.
    fn free(&self, folder: &Path) -> io::Result<u64>;
}

/// The computer's disks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn free(&self, folder: &Path) -> io::Result<u64> {
        let there = rustix::fs::statvfs(folder)?;
        Ok(there.f_bavail.saturating_mul(there.f_frsize))
    }
}

/// A disk with as much room as it is told, for tests.
#[derive(Clone, Debug)]
pub struct ManualDisk(Arc<AtomicU64>);

impl ManualDisk {
    /// One with so many bytes left.
    #[must_use]
    pub fn new(free: u64) -> Self {
        Self(Arc::new(AtomicU64::new(free)))
    }

    /// From now on it has so many bytes left.
    pub fn set(&self, free: u64) {
        self.0.store(free, Ordering::SeqCst);
    }
}

impl Disk for ManualDisk {
    fn free(&self, _folder: &Path) -> io::Result<u64> {
        Ok(self.0.load(Ordering::SeqCst))
    }
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Enough.
    Plenty,
    /// Nothing more is taken that stays.
    Short,
    /// The rest is the database's.
    Full,
}

/// There is no room for something.
#[derive(Debug, thiserror::Error)]
#[error(
    "磁盘还剩 {} MB，其中 {} MB 留给数据库，请删除不用的文件后再试",
    .free >> 20, .reserve >> 20
)]
pub struct NoRoom {
    free: u64,
    reserve: u64,
}

/// Room on the disk of one folder. Cloning is cheap.
#[derive(Clone)]
pub struct Space(Arc<Shared>);

struct Shared {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    reserve: u64,
    state: Mutex<State>,
}

struct State {
    level: Level,
    refused: u64,
}

impl std::fmt::Debug for Space {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Space({})", self.0.folder.display())
    }
}

impl Space {
    /// Room below `folder`, `reserve` bytes of which are the database's.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, folder: &Path, reserve: u64) -> Self {
        let state = State {
            level: Level::Plenty,
            refused: 0,
        };
        Self(Arc::new(Shared {
            disk,
            folder: folder.to_owned(),
            reserve,
            state: Mutex::new(state),
        }))
    }

    /// Bytes that are left; `None`: it cannot be told.
    #[must_use]
    pub fn free(&self) -> Option<u64> {
        self.0.disk.free(&self.0.folder).ok()
    }

    /// How much room there is now. Says so when it changes.
    #[must_use]
    pub fn level(&self) -> Level {
        // Whoever cannot be told writes, and hears of it if there is no room.
        let free = self.free().unwrap_or(u64::MAX);
        #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
        metrics::gauge!("disk_free_bytes").set(free as f64);
        let mut state = self.0.state.lock();
        let relief = if state.level == Level::Plenty {
            0
        } else {
            RELIEF
        };
        let reserve = self.0.reserve;
        let level = if free < reserve {
            Level::Full
        } else if free < reserve.saturating_add(MARGIN + relief) {
            Level::Short
        } else {
            Level::Plenty
        };
        let before = std::mem::replace(&mut state.level, level);
        match (before, level) {
            (Level::Plenty, Level::Short | Level::Full) => {
                let folder = self.0.folder.display();
                tracing::error!(free, reserve, %folder, "the disk is full: nothing large is written any more");
            }
            (Level::Short | Level::Full, Level::Plenty) => {
                let refused = std::mem::take(&mut state.refused);
                tracing::info!(free, refused, "there is room on the disk again");
            }
            _ => {}
        }
        level
    }

    /// Whether `bytes` more may be written; `what` says for whom, in the figures.
    ///
    /// # Errors
    /// [`NoRoom`].
    pub fn admit(&self, bytes: u64, what: &'static str) -> Result<(), NoRoom> {
        let level = self.level();
        let free = self.free().unwrap_or(u64::MAX);
        let reserve = self.0.reserve;
        if level == Level::Plenty && free.saturating_sub(bytes) >= reserve {
            return Ok(());
        }
        self.refused(what);
        Err(NoRoom { free, reserve })
    }

    /// Something was not written because there was no room.
    pub fn refused(&self, what: &'static str) {
        self.0.state.lock().refused += 1;
        metrics::counter!("writes_refused", "what" => what).increment(1);
    }

    /// What is wrong and what to do about it, in plain words; nothing if nothing is.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let mib = |bytes: u64| bytes >> 20;
        let (level, free) = (self.level(), self.free().unwrap_or_default());
        let reserve = mib(self.0.reserve);
        match level {
            Level::Plenty => None,
            Level::Short => Some(format!(
                "服务器的磁盘已满（还剩 {} MB，其中 {reserve} MB 留给数据库）：录像已停，暂时不能上传图片和导入节目；\
                 签到、阅读和直播照常。请删除不用的文件或换大磁盘，腾出后自动恢复",
                mib(free)
            )),
            Level::Full => Some(format!(
                "服务器的磁盘已满（只剩 {} MB）：录像和家庭收看的直播已停，暂时不能上传图片和导入节目；\
                 会议室的直播和阅读照常。请尽快删除不用的文件或换大磁盘，腾出后自动恢复",
                mib(free)
            )),
        }
    }
}

/// Whether something failed because there was no room on a disk.
#[must_use]
pub fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(
            io,
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        ) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESERVE: u64 = 512 << 20;

    #[test]
    fn the_reserve_is_never_given_away_and_relief_takes_more_than_a_byte() {
        let disk = ManualDisk::new(RESERVE + MARGIN);
        let space = Space::new(Arc::new(disk.clone()), Path::new("/"), RESERVE);
        assert_eq!(space.level(), Level::Plenty);
        space.admit(MARGIN, "test").unwrap();
        space.admit(MARGIN + 1, "test").unwrap_err();
        assert_eq!(space.words(), None);
        disk.set(RESERVE + MARGIN - 1);
        space.admit(0, "test").unwrap_err();
        assert_eq!(space.level(), Level::Short);
        assert!(space.words().unwrap().contains("磁盘已满"));
        disk.set(RESERVE - 1);
        assert_eq!(space.level(), Level::Full);
        assert!(space.words().unwrap().contains("只剩 511 MB"));
        disk.set(RESERVE + MARGIN + RELIEF - 1);
        assert_eq!(space.level(), Level::Short);
        disk.set(RESERVE + MARGIN + RELIEF);
        assert_eq!(space.level(), Level::Plenty);
        space.admit(1, "test").unwrap();
    }

    #[test]
    fn a_full_disk_is_known_by_any_cause() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] io::Error);
        assert!(is_full(&Outer(io::ErrorKind::StorageFull.into())));
        assert!(!is_full(&Outer(io::ErrorKind::NotFound.into())));
        assert!(SystemDisk.free(Path::new("/")).unwrap() > 0);
    }
}
