//! Opens the cache whatever state its disk is in: as it lies there; out of what is left of it; or in
//! memory, when nothing can be written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::error::{Ailment, CacheError, Context};
use super::files::{FOLDER, PARTIAL_FOLDER};
use super::place::{self, BESIDE, FILE_NAME, Place};
use super::rescue::rescue;
use super::spare::{self, Trust};
use super::types::Storage;

/// A new database while what can be rescued is copied into it; worth nothing before it is finished.
const UNFINISHED: &str = "cache-new.db";

/// The same when it is finished, until it takes the place of the damaged one.
const FINISHED: &str = "cache-rescued.db";

/// Before the names of damaged databases that were set aside; the day each was written last follows.
const ASIDE: &str = "cache-broken-";

/// A damaged database larger than this is not kept, in bytes.
const ASIDE_LIMIT: u64 = 64 << 20;

/// Nor is one for longer than this: what somebody typed may be in it.
const ASIDE_KEPT: Duration = Duration::from_hours(30 * 24);

/// An open database.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) place: Place,
    pub(super) storage: Storage,
    /// It was not here before: what lies beside it has to be taken in.
    pub(super) is_new: bool,
}

/// Opens it on the disk, otherwise in memory.
///
/// # Errors
/// When it is in use by somebody else, or not even memory can be had.
pub(super) fn open(dir: &Path) -> Result<Opened, CacheError> {
    let failure = match open_on_disk(dir) {
        Ok(mut opened) => {
            take_spare(&mut opened.writer, dir);
            return Ok(opened);
        }
        Err(error) if error.ailment().is_none() && !error.is_broken() => return Err(error),
        Err(error) => error,
    };
    tracing::error!(error = %failure, folder = %dir.display(), "the folder cannot be used; all is in memory");
    let place = Place::memory();
    let mut writer = place.open_writer()?;
    let trust = match place::open_untouched(&dir.join(FILE_NAME)) {
        Ok(old) => {
            let whole = rescue(&old, &mut writer)?;
            if whole { Trust::Cache } else { Trust::Spare }
        }
        Err(error) => {
            tracing::warn!(%error, "nothing of it can be read");
            Trust::Spare
        }
    };
    spare::merge(&mut writer, dir, trust)?;
    if failure.ailment() == Some(Ailment::Full) {
        spare::give_up_reserve(dir);
    }
    let storage = with_spare(&writer, dir);
    Ok(Opened {
        writer,
        place,
        storage,
        is_new: true,
    })
}

/// Opens it on the disk, if need be out of what is left of it; without the second database.
pub(super) fn open_on_disk(dir: &Path) -> Result<Opened, CacheError> {
    make_folders(dir)?;
    finish(dir)?;
    let place = Place::Disk(dir.join(FILE_NAME));
    let mut is_new = fs::metadata(dir.join(FILE_NAME)).map_or(0, |data| data.len()) == 0;
    let writer = match place.open_writer() {
        Ok(writer) => writer,
        Err(error) if error.is_broken() => {
            tracing::error!(%error, "the database is damaged; making a new one of what is left");
            is_new = true;
            renew(dir, None)?;
            place.open_writer()?
        }
        Err(error) => return Err(error),
    };
    forget_aside(dir);
    Ok(Opened {
        writer,
        place,
        storage: Storage::Disk,
        is_new,
    })
}

/// What only the second database has is taken over, and from now on it is written too.
pub(super) fn take_spare(writer: &mut Connection, dir: &Path) {
    if let Err(error) = spare::merge(writer, dir, Trust::Cache) {
        tracing::error!(%error, "what the second database has cannot be taken over");
    } else if let Err(error) = spare::attach(writer, dir, false) {
        tracing::error!(%error, "there is no second database");
    }
}

/// Whether the second database can still be written beside one in memory.
pub(super) fn with_spare(writer: &Connection, dir: &Path) -> Storage {
    match spare::attach(writer, dir, true) {
        Ok(()) => Storage::Outbox,
        Err(error) => {
            tracing::error!(%error, "nothing at all can be stored");
            Storage::Nothing
        }
    }
}

/// Makes a new database of what is left of the damaged one and of the second one, and puts it in its
/// place in one step. `open` is a connection to the damaged one that is still open.
pub(super) fn renew(dir: &Path, open: Option<&Connection>) -> Result<(), CacheError> {
    let unfinished = dir.join(UNFINISHED);
    remove(&unfinished);
    {
        let mut new = Place::Disk(unfinished.clone()).open_writer()?;
        let untouched;
        let old = match open {
            Some(open) => Some(open),
            None => match place::open_untouched(&dir.join(FILE_NAME)) {
                Ok(old) => {
                    untouched = old;
                    Some(&untouched)
                }
                Err(error) => {
                    tracing::error!(%error, "nothing of it can be read");
                    None
                }
            },
        };
        if let Some(old) = old {
            rescue(old, &mut new)?;
        }
        spare::merge(&mut new, dir, Trust::Spare)?;
        // Everything into the one file: it is renamed alone.
        new.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .during("finish the new database")?;
        new.close()
            .map_err(|(_, source)| source)
            .during("finish the new database")?;
    }
    remove_beside(&unfinished);
    rename(&unfinished, &dir.join(FINISHED))?;
    finish(dir)
}

/// Puts a finished database in its place, if there is one; the damaged one is set aside.
fn finish(dir: &Path) -> Result<(), CacheError> {
    let finished = dir.join(FINISHED);
    if !finished.exists() {
        return Ok(());
    }
    set_aside(dir)?;
    rename(&finished, &dir.join(FILE_NAME))
}

/// One damaged database is kept for whoever wants to know what happened, the last one. Its log goes
/// first: beside another database it would be taken for that one's.
fn set_aside(dir: &Path) -> Result<(), CacheError> {
    for path in all_aside(dir) {
        remove(&path);
    }
    let damaged = dir.join(FILE_NAME);
    remove_beside(&damaged);
    let Ok(data) = fs::symlink_metadata(&damaged) else {
        return Ok(());
    };
    if data.len() > ASIDE_LIMIT || data.is_dir() {
        remove(&damaged);
        return Ok(());
    }
    let day = data
        .modified()
        .ok()
        .and_then(|at| jiff::Timestamp::try_from(at).ok())
        .unwrap_or_default()
        .strftime("%Y-%m-%d")
        .to_string();
    rename(&damaged, &dir.join(format!("{ASIDE}{day}.db")))
}

fn all_aside(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(ASIDE))
        .map(|entry| entry.path())
        .collect()
}

/// Removes the damaged database at once: it holds what must not stay.
pub(super) fn drop_aside(dir: &Path) {
    for path in all_aside(dir) {
        remove(&path);
    }
}

/// Removes the damaged database once the new one has been written for long enough; by both files, as
/// the box's clock may be wrong.
fn forget_aside(dir: &Path) {
    let written = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let now = written(&dir.join(FILE_NAME));
    for path in all_aside(dir) {
        let age = now
            .zip(written(&path))
            .and_then(|(now, at)| now.duration_since(at).ok());
        if age.is_some_and(|age| age > ASIDE_KEPT) {
            remove(&path);
        }
    }
}

fn make_folders(dir: &Path) -> Result<(), CacheError> {
    for folder in [dir.to_owned(), dir.join(FOLDER), dir.join(PARTIAL_FOLDER)] {
        // A file where a folder of ours should be is nobody's.
        if folder != dir && fs::symlink_metadata(&folder).is_ok_and(|data| !data.is_dir()) {
            remove(&folder);
        }
        fs::create_dir_all(&folder)
            .map_err(|source| io_error("make the folder", &folder, source))?;
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), CacheError> {
    fs::rename(from, to).map_err(|source| io_error("rename", from, source))?;
    // Survives a power cut; a file system that cannot is no reason to fail.
    if let Some(folder) = to.parent()
        && let Ok(folder) = fs::File::open(folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn remove_beside(path: &Path) {
    for suffix in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        remove(&PathBuf::from(name));
    }
}

/// Whatever it is; what is not there need not go.
fn remove(path: &Path) {
    let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
}

fn io_error(operation: &'static str, path: &Path, source: io::Error) -> CacheError {
    CacheError::Io {
        operation,
        path: path.to_owned(),
        source,
    }
}
