//! Files on disk within a budget: named by their content, removed by importance and last reading.
//!
//! The names of what is stored are kept in memory, so asking for a path never touches the
//! database; when files were read is written back in batches.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use contract::file::FileRef;
use parking_lot::Mutex;
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::error::{CacheError, Context};
use super::handle::Cache;
use super::read::unsigned;

pub use super::file_class::FileClass;

pub(super) const FOLDER: &str = "files";
pub(super) const PARTIAL_FOLDER: &str = "partial";

/// Setting with the largest size of the store in bytes.
pub const BUDGET_SETTING: &str = "disk_budget_bytes";

/// Budget when the setting is missing: 2 GiB.
pub const DEFAULT_BUDGET: u64 = 2 << 30;

/// A file that should be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// The file.
    pub file: FileRef,
    /// How much it matters.
    pub class: FileClass,
    /// A screen is waiting for it.
    pub urgent: bool,
}

/// What is on the disk, in memory.
#[derive(Default)]
pub(super) struct Memory(Mutex<Index>);

impl Memory {
    /// Reads what is stored; rows without a whole file and files without a row are removed, or, if the
    /// database is new, taken in: their names say what they are.
    pub(super) fn load(
        connection: &Connection,
        dir: &Path,
        is_new: bool,
    ) -> Result<Self, CacheError> {
        let folder = dir.join(FOLDER);
        // A folder that cannot be read holds nothing.
        if is_new && let Ok(entries) = fs::read_dir(&folder) {
            entries
                .flatten()
                .try_for_each(|entry| take_in(connection, &entry))
                .during("take in the files that are here")?;
        }
        Ok(Self(Mutex::new(Index::load(connection, dir)?)))
    }
}

#[derive(Default)]
struct Index {
    stored: HashMap<String, Stored>,
    total: u64,
    /// Files that a screen asks for now, newest last.
    urgent: Vec<String>,
}

struct Stored {
    bytes: u64,
    read_at_ms: i64,
    class: FileClass,
    dirty: bool,
}

impl Index {
    fn load(connection: &Connection, dir: &Path) -> Result<Self, CacheError> {
        let mut index = Self::default();
        let mut select = connection
            .prepare(
                "SELECT f.name, f.bytes, f.read_at_ms, coalesce((SELECT max(class) FROM want w WHERE w.name = f.name), 0)
                 FROM file f",
            )
            .during("read the stored files")?;
        let rows = select
            .query_map([], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    unsigned(row.get(1)?),
                    row.get(2)?,
                    row.get(3)?,
                ))
            })
            .during("read the stored files")?;
        for row in rows {
            let (name, bytes, read_at_ms, rank) = row.during("read the stored files")?;
            let whole =
                fs::metadata(dir.join(FOLDER).join(&name)).is_ok_and(|data| data.len() == bytes);
            if whole {
                index.total += bytes;
                index.stored.insert(
                    name,
                    Stored {
                        bytes,
                        read_at_ms,
                        class: FileClass::from_rank(rank),
                        dirty: false,
                    },
                );
            } else {
                connection
                    .execute("DELETE FROM file WHERE name = ?1", [&name])
                    .during("forget a lost file")?;
            }
        }
        let Ok(entries) = fs::read_dir(dir.join(FOLDER)) else {
            return Ok(index);
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name
                .to_str()
                .is_none_or(|name| !index.stored.contains_key(name))
            {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(index)
    }
}

impl Cache {
    /// Path of a stored file; counts as reading it. `None` when it is not here.
    #[must_use]
    pub fn file_path(&self, name: &str) -> Option<PathBuf> {
        let now = self.now_ms();
        let memory = self.slot::<Memory>();
        let mut files = memory.0.lock();
        let stored = files.stored.get_mut(name)?;
        stored.read_at_ms = now;
        stored.dirty = true;
        Some(self.inner.dir.join(FOLDER).join(name))
    }

    /// Whether a file is here; does not count as reading it.
    #[must_use]
    pub fn has_file(&self, name: &str) -> bool {
        self.slot::<Memory>().0.lock().stored.contains_key(name)
    }

    /// A screen waits for this file: it is fetched before all others, last asked first.
    pub fn want_now(&self, name: &str) {
        let memory = self.slot::<Memory>();
        let mut files = memory.0.lock();
        if files.stored.contains_key(name) {
            return;
        }
        files.urgent.retain(|other| other != name);
        files.urgent.push(name.to_owned());
        // Somebody who scrolls past hundreds of pictures does not want them all.
        let surplus = files.urgent.len().saturating_sub(64);
        files.urgent.drain(..surplus);
        drop(files);
        self.inner.files_wake.notify_one();
    }

    /// What should be fetched, in this order: what a screen waits for, thumbnails, pictures and
    /// captions from small to large, kept programmes, originals.
    #[must_use]
    pub fn wanted_files(&self) -> Vec<WantedFile> {
        let mut wanted: Vec<WantedFile> = self.read("list what to fetch", |db| {
            db.prepare_cached(
                "SELECT name, max(bytes), media_type, max(class) FROM want GROUP BY name
                 ORDER BY CASE max(class) WHEN 3 THEN 0 WHEN 2 THEN 1 WHEN 4 THEN 2 ELSE 3 END, max(bytes), name",
            )?
            .query_map([], |row| {
                Ok(WantedFile {
                    file: FileRef { name: row.get(0)?, bytes: unsigned(row.get(1)?), media_type: row.get(2)? },
                    class: FileClass::from_rank(row.get(3)?),
                    urgent: false,
                })
            })?
            .collect()
        });
        let memory = self.slot::<Memory>();
        let mut files = memory.0.lock();
        files
            .urgent
            .retain(|name| wanted.iter().any(|file| file.file.name == *name));
        wanted.retain(|file| !files.stored.contains_key(&file.file.name));
        for file in &mut wanted {
            file.urgent = files.urgent.contains(&file.file.name);
        }
        wanted.sort_by_key(|file| {
            let place = files
                .urgent
                .iter()
                .rev()
                .position(|name| *name == file.file.name);
            place.unwrap_or(usize::MAX)
        });
        wanted
    }

    /// Bytes the store may use now: the setting, and never more than 80 % of what would be free
    /// without it.
    #[must_use]
    pub fn budget(&self) -> u64 {
        let used = self.slot::<Memory>().0.lock().total;
        let setting = self
            .setting(BUDGET_SETTING)
            .and_then(|text| text.parse().ok())
            .unwrap_or(DEFAULT_BUDGET);
        match (self.inner.free_space)(&self.inner.dir) {
            Some(free) => setting.min(free.saturating_add(used) / 5 * 4),
            None => setting,
        }
    }

    /// Bytes of all stored files.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.slot::<Memory>().0.lock().total
    }

    /// Whether a file of this size and class can be had without removing something that matters
    /// as much. A screen that waits for it may take the place of its equals.
    ///
    /// # Errors
    /// [`CacheError::NoRoom`] when not.
    pub fn room_for(&self, bytes: u64, class: FileClass, urgent: bool) -> Result<(), CacheError> {
        let budget = self.budget();
        let memory = self.slot::<Memory>();
        let files = memory.0.lock();
        let removable: u64 = files
            .stored
            .values()
            .filter(|stored| yields(stored.class, class, urgent))
            .map(|stored| stored.bytes)
            .sum();
        let fits = bytes <= budget && (files.total - removable).saturating_add(bytes) <= budget;
        if fits {
            Ok(())
        } else {
            Err(CacheError::NoRoom { bytes, budget })
        }
    }

    /// Where a download of this file is collected. Exists when one was interrupted.
    ///
    /// # Errors
    /// When the name is none.
    pub fn partial_path(&self, name: &str) -> Result<PathBuf, CacheError> {
        if !is_name(name) {
            return Err(CacheError::BadFileName(name.to_owned()));
        }
        Ok(self.inner.dir.join(PARTIAL_FOLDER).join(name))
    }

    /// Takes a finished download into the store: verifies it, makes room, and puts it in its
    /// place in one step. A download whose content is wrong is removed.
    ///
    /// # Errors
    /// When the content is wrong, there is no room or the disk refuses.
    pub fn store_partial(
        &self,
        name: &str,
        class: FileClass,
        urgent: bool,
    ) -> Result<(), CacheError> {
        let partial = self.partial_path(name)?;
        let (hash, bytes) = hash_file(&partial)?;
        if !name.starts_with(&hash) {
            let _ = fs::remove_file(&partial);
            return Err(CacheError::WrongContent {
                name: name.to_owned(),
            });
        }
        self.room_for(bytes, class, urgent)?;
        let now = self.now_ms();
        self.make_room(bytes, class, urgent)?;
        let place = self.inner.dir.join(FOLDER).join(name);
        fs::rename(&partial, &place)
            .map_err(|source| io_error("move into the store", &place, source))?;
        sync_folder(&self.inner.dir.join(FOLDER));
        let size = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.write("store a file", |tx| {
            tx.prepare_cached("INSERT OR REPLACE INTO file(name, bytes, stored_at_ms, read_at_ms) VALUES (?1, ?2, ?3, ?3)")?
                .execute(params![name, size, now])
        })?;
        let memory = self.slot::<Memory>();
        let mut files = memory.0.lock();
        files.urgent.retain(|other| other != name);
        let stored = Stored {
            bytes,
            read_at_ms: now,
            class,
            dirty: false,
        };
        let before = files
            .stored
            .insert(name.to_owned(), stored)
            .map_or(0, |stored| stored.bytes);
        files.total = files.total - before + bytes;
        Ok(())
    }

    /// Writes a whole file into the store, as [`Cache::store_partial`].
    ///
    /// # Errors
    /// As [`Cache::store_partial`].
    pub fn store_bytes(
        &self,
        name: &str,
        content: &[u8],
        class: FileClass,
    ) -> Result<(), CacheError> {
        let partial = self.partial_path(name)?;
        let written = fs::File::create(&partial).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        written.map_err(|source| io_error("write", &partial, source))?;
        self.store_partial(name, class, true)
    }

    /// Removes what the budget no longer allows (the setting or the free space shrank), least
    /// important and longest unread first, and half-finished downloads that nobody wants. Kept
    /// programmes go last and are then marked as failed.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn enforce_budget(&self) -> Result<(), CacheError> {
        self.flush_reads()?;
        let wanted: std::collections::HashSet<String> = self
            .wanted_files()
            .into_iter()
            .map(|file| file.file.name)
            .collect();
        if let Ok(entries) = fs::read_dir(self.inner.dir.join(PARTIAL_FOLDER)) {
            for entry in entries.flatten() {
                if entry
                    .file_name()
                    .to_str()
                    .is_none_or(|name| !wanted.contains(name))
                {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        let budget = self.budget();
        let gone = self.evict(budget, |_| true);
        self.forget_files(&gone)
    }

    /// Writes back when files were read last. Cheap; the client calls it every few minutes.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn flush_reads(&self) -> Result<(), CacheError> {
        let dirty: Vec<(String, i64)> = {
            let memory = self.slot::<Memory>();
            let mut files = memory.0.lock();
            let dirty = files.stored.iter_mut().filter(|(_, stored)| stored.dirty);
            dirty
                .map(|(name, stored)| {
                    stored.dirty = false;
                    (name.clone(), stored.read_at_ms)
                })
                .collect()
        };
        if dirty.is_empty() {
            return Ok(());
        }
        self.write("note which files were read", |tx| {
            let mut update =
                tx.prepare_cached("UPDATE file SET read_at_ms = ?2 WHERE name = ?1")?;
            dirty
                .iter()
                .try_for_each(|(name, at)| update.execute(params![name, at]).map(drop))
        })
    }

    /// Looks up again how much each stored file matters, after documents changed.
    pub(super) fn reclass_files(&self) -> Result<(), CacheError> {
        let classes: HashMap<String, i64> = self.try_read("classify files", |db| {
            db.prepare_cached("SELECT name, max(class) FROM want GROUP BY name")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })?;
        for (name, stored) in &mut self.slot::<Memory>().0.lock().stored {
            stored.class = FileClass::from_rank(classes.get(name).copied().unwrap_or(0));
        }
        Ok(())
    }

    fn make_room(&self, bytes: u64, class: FileClass, urgent: bool) -> Result<(), CacheError> {
        let limit = self.budget().saturating_sub(bytes);
        let gone = self.evict(limit, |stored| yields(stored, class, urgent));
        self.forget_files(&gone)
    }

    /// Removes files that may go until the rest is no larger than `limit`; answers their names.
    pub(super) fn evict(&self, limit: u64, may_go: impl Fn(FileClass) -> bool) -> Vec<String> {
        let memory = self.slot::<Memory>();
        let mut files = memory.0.lock();
        if files.total <= limit {
            return Vec::new();
        }
        let mut order: Vec<(FileClass, i64, String)> = files
            .stored
            .iter()
            .filter(|(_, stored)| may_go(stored.class))
            .map(|(name, stored)| (stored.class, stored.read_at_ms, name.clone()))
            .collect();
        order.sort();
        let mut gone = Vec::new();
        for (_, _, name) in order {
            if files.total <= limit {
                break;
            }
            let _ = fs::remove_file(self.inner.dir.join(FOLDER).join(&name));
            if let Some(stored) = files.stored.remove(&name) {
                files.total -= stored.bytes;
            }
            gone.push(name);
        }
        gone
    }

    fn forget_files(&self, names: &[String]) -> Result<(), CacheError> {
        if names.is_empty() {
            return Ok(());
        }
        tracing::info!(
            files = names.len(),
            "removed files to stay within the disk budget"
        );
        self.write("forget removed files", |tx| forget(tx, names))?;
        self.changed();
        Ok(())
    }
}

/// Notes that files are gone.
pub(super) fn forget(tx: &Connection, names: &[String]) -> rusqlite::Result<()> {
    for name in names {
        tx.prepare_cached("DELETE FROM file WHERE name = ?1")?
            .execute([name])?;
        tx.prepare_cached(
            "UPDATE keep SET state = 4, reason = '存储空间不足，已被移除' WHERE file_name = ?1 AND state = 3",
        )?
        .execute([name])?;
        tx.prepare_cached("DELETE FROM want WHERE name = ?1 AND class = 4")?
            .execute([name])?;
    }
    Ok(())
}

/// Notes a file that lies here under its name. One that is shorter than its document says is none.
fn take_in(db: &Connection, entry: &fs::DirEntry) -> rusqlite::Result<()> {
    let name = entry.file_name();
    let Some(name) = name.to_str().filter(|name| is_name(name)) else {
        return Ok(());
    };
    let Ok(bytes) = entry.metadata().map(|data| data.len()) else {
        return Ok(());
    };
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    db.prepare_cached(
        "INSERT OR IGNORE INTO file(name, bytes, stored_at_ms, read_at_ms)
         SELECT ?1, ?2, 0, 0 WHERE ?2 = coalesce((SELECT max(bytes) FROM want WHERE name = ?1), ?2)",
    )?
    .execute(params![name, bytes])?;
    Ok(())
}

/// Whether a stored file of class `stored` makes way for a new one of class `new`.
fn yields(stored: FileClass, new: FileClass, urgent: bool) -> bool {
    stored < new || (urgent && stored == new && new < FileClass::Kept)
}

/// Bytes free on the file system of a folder for somebody without privileges.
pub(super) fn free_space(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Whether this can be the name of a stored file: 64 hex digits, a dot, a short extension. Keeps
/// a hostile server from naming a path.
pub(super) fn is_name(name: &str) -> bool {
    name.split_once('.').is_some_and(|(hash, extension)| {
        hash.len() == 64
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && (1..=8).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn hash_file(path: &Path) -> Result<(String, u64), CacheError> {
    let mut file = fs::File::open(path).map_err(|source| io_error("verify", path, source))?;
    let (mut hasher, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let count = file
            .read(&mut buffer)
            .map_err(|source| io_error("verify", path, source))?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        bytes += count as u64;
    }
    Ok((hex(&hasher.finalize()), bytes))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Makes a rename survive a power cut; a file system that cannot is no reason to fail.
fn sync_folder(path: &Path) {
    if let Ok(folder) = fs::File::open(path) {
        let _ = folder.sync_all();
    }
}

fn io_error(operation: &'static str, path: &Path, source: io::Error) -> CacheError {
    CacheError::Io {
        operation,
        path: path.to_owned(),
        source,
    }
}
