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
    /// There is no room for it without removing something more important.
    #[error("no room for {bytes} bytes within the budget of {budget} bytes")]
    NoRoom {
        /// Size of the file.
        bytes: u64,
        /// Bytes the store may use now.
        budget: u64,
    },
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
