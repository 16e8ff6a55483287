//! What can go wrong with the cache.

use std::io;
use std::path::PathBuf;

/// Why the cache could not do what it was asked. Each names the operation that failed.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// SQLite refused.
    #[error("{operation}: {source}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file system refused.
    #[error("{operation} {}: {source}", path.display())]
    Io {
        /// What was being done.
        operation: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A value could not be written as JSON.
    #[error("{operation}: {source}")]
    Encode {
        /// What was being done.
        operation: &'static str,
        /// What serde said.
        source: serde_json::Error,
    },
    /// The database was made by a newer version of this program.
    #[error("the database has version {found}, this program knows up to {known}")]
    TooNew {
        /// Version found.
        found: i64,
        /// Newest version known.
        known: i64,
    },
    /// There is no such programme in the cache.
    #[error("no programme {0} in the cache")]
    UnknownProgramme(String),
    /// A file name that is not a SHA-256 in hex, a dot and an extension.
    #[error("not the name of a stored file: {0:?}")]
    BadFileName(String),
    /// What was downloaded is not what was asked for.
    #[error("{name}: the content does not match its name")]
    WrongContent {
        /// The file's name.
        name: String,
    },
    /// This box can store nothing now, and nobody is there whom it could be told at once.
    #[error("nothing can be stored, and the server does not answer")]
    NoStorage,
    /// There is no room for it without removing something more important.
    #[error("no room for {bytes} bytes within the budget of {budget} bytes")]
    NoRoom {
        /// Size of the file.
        bytes: u64,
        /// Bytes the store may use now.
        budget: u64,
    },
}

/// What a failure says of the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ailment {
    /// What is read is not what was written.
    Damaged,
    /// There is no room.
    Full,
    /// It cannot be written, or is not there.
    Unwritable,
}

impl CacheError {
    /// What is wrong with the storage, if that is why it failed.
    pub(super) fn ailment(&self) -> Option<Ailment> {
        match self {
            Self::Database { source, .. } => of_database(source),
            Self::Io { source, .. } => of_io(source.kind()),
            _ => None,
        }
    }

    /// The database cannot be used as it is: it is damaged, or was made by another program.
    pub(super) fn is_broken(&self) -> bool {
        match self {
            Self::TooNew { .. } => true,
            // A missing table or column under a current version number is damage too.
            Self::Database {
                source:
                    rusqlite::Error::SqliteFailure(failure, _)
                    | rusqlite::Error::SqlInputError { error: failure, .. },
                ..
            } if failure.extended_code == rusqlite::ffi::SQLITE_ERROR => true,
            // A folder in its place.
            Self::Io { source, .. } if source.kind() == io::ErrorKind::IsADirectory => true,
            _ => self.ailment() == Some(Ailment::Damaged),
        }
    }
}

fn of_database(error: &rusqlite::Error) -> Option<Ailment> {
    use rusqlite::{Error, ErrorCode, ffi};
    let failure = match error {
        Error::SqliteFailure(failure, _) => failure,
        // Nobody has written such a value.
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => return Some(Ailment::Damaged),
        _ => return None,
    };
    match failure.code {
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(Ailment::Damaged),
        ErrorCode::DiskFull => Some(Ailment::Full),
        ErrorCode::SystemIoFailure => Some(match failure.extended_code {
            ffi::SQLITE_IOERR_READ
            | ffi::SQLITE_IOERR_SHORT_READ
            | ffi::SQLITE_IOERR_DATA
            | ffi::SQLITE_IOERR_CORRUPTFS => Ailment::Damaged,
            _ => Ailment::Unwritable,
        }),
        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
            Some(Ailment::Unwritable)
        }
        _ => None,
    }
}

fn of_io(kind: io::ErrorKind) -> Option<Ailment> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Ailment::Full),
        // Whatever else the file system says of a folder of our own.
        _ => Some(Ailment::Unwritable),
    }
}

/// Names the operation that a failure interrupted.
pub(super) trait Context<T> {
    /// Adds the operation to the error.
    fn during(self, operation: &'static str) -> Result<T, CacheError>;
}

impl<T> Context<T> for rusqlite::Result<T> {
    fn during(self, operation: &'static str) -> Result<T, CacheError> {
        self.map_err(|source| CacheError::Database { operation, source })
    }
}

impl<T> Context<T> for serde_json::Result<T> {
    fn during(self, operation: &'static str) -> Result<T, CacheError> {
        self.map_err(|source| CacheError::Encode { operation, source })
    }
}
