//! Files on disk within a budget: named by their content, removed by importance and last reading.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use contract::file::FileRef;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::Cache;
use super::error::{CacheError, Context};
use super::read::unsigned;
use super::types::KeepState;

pub(super) const FOLDER: &str = "files";
pub(super) const PARTIAL_FOLDER: &str = "partial";

/// Setting with the largest size of the store in bytes.
pub const BUDGET_SETTING: &str = "disk_budget_bytes";

/// Budget when the setting is missing: 2 GiB.
pub const DEFAULT_BUDGET: u64 = 2 << 30;

/// How much a file matters. The least important goes first; among equals, the one that was read
/// longest ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileClass {
    /// No present document needs it.
    Leftover,
    /// A picture as delivered, for zooming.
    Original,
    /// A picture for the whole screen, or captions.
    Screen,
    /// A picture for lists and tiles.
    Thumb,
    /// The video of a programme that somebody asked to keep.
    Kept,
}

impl FileClass {
    /// As it is stored: higher matters more.
    #[must_use]
    pub fn rank(self) -> i64 {
        self as i64
    }

    fn from_rank(rank: i64) -> Self {
        match rank {
            1 => Self::Original,
            2 => Self::Screen,
            3 => Self::Thumb,
            4 => Self::Kept,
            _ => Self::Leftover,
        }
    }
}

/// A file that should be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// The file.
    pub file: FileRef,
    /// How much it matters.
    pub class: FileClass,
    /// The programme it makes watchable offline, when it is that.
    pub programme_id: Option<String>,
}

/// What is on the disk, in memory.
#[derive(Default)]
pub(super) struct Index {
    stored: HashMap<String, Stored>,
    total: u64,
    /// Files that a screen asks for now, newest last.
    urgent: Vec<String>,
    /// Files that did not fit or failed for good, until something changes.
    skipped: HashMap<String, String>,
}

struct Stored {
    bytes: u64,
    read_at_ms: i64,
    class: FileClass,
    dirty: bool,
}

impl Index {
    /// Reads what is stored; rows without a file and files without a row are removed.
    pub(super) fn load(connection: &Connection, dir: &Path) -> Result<Self, CacheError> {
        let _ = (connection, dir);
        Ok(Self::default())
    }
}

impl Cache {
    /// Path of a stored file; counts as reading it. `None` when it is not here.
    #[must_use]
    pub fn file_path(&self, name: &str) -> Option<PathBuf> {
        let _ = name;
        None
    }

    /// Asks to keep a programme for watching offline, or to let it go.
    ///
    /// # Errors
    /// When it is unknown or cannot be written.
    pub fn set_kept(&self, programme_id: &str, kept: bool) -> Result<(), CacheError> {
        let _ = (programme_id, kept);
        Ok(())
    }

    /// Whether a programme is kept.
    #[must_use]
    pub fn keep_state(&self, programme_id: &str) -> KeepState {
        let _ = programme_id;
        KeepState::No
    }

    pub(super) fn reclass_files(&self) -> Result<(), CacheError> {
        Ok(())
    }
}

/// Bytes free on the file system of a folder.
pub(super) fn free_space(_dir: &Path) -> Option<u64> {
    None
}

/// Whether this can be the name of a stored file.
pub(super) fn is_name(_name: &str) -> bool {
    true
}
