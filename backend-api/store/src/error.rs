//! What can go wrong in the store.

use std::sync::Arc;

use contract::error::CurrentState;

/// Result with the store's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Boxed error of a database driver.
pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database URL is not one of `sqlite:PATH`, `postgres://…`.
    #[error("database URL: {0}")]
    Url(String),
    /// The database cannot be opened or reached.
    #[error("cannot open the database: {0}")]
    Open(#[source] Source),
    /// A statement failed.
    #[error("statement failed: {source} (in: {statement})")]
    Statement {
        /// Its SQL, without values.
        statement: String,
        /// The driver's error.
        #[source]
        source: Source,
    },
    /// A statement broke a constraint of the schema.
    #[error("{kind:?} constraint broken: {source}")]
    Constraint {
        /// Which sort.
        kind: Constraint,
        /// The driver's error.
        #[source]
        source: Source,
    },
    /// Beginning, committing or rolling back failed; nothing of the transaction was kept, unless
    /// the connection was lost in the middle of the commit.
    #[error("transaction failed: {0}")]
    Transaction(#[source] Arc<Source>),
    /// The closure answered `Ok` although one of its statements had failed. Nothing was kept.
    #[error("the transaction went on after a failed statement")]
    WentOn,
    /// PostgreSQL refused the transaction as conflicting each time it was tried.
    #[error("gave up after {0} attempts against conflicting transactions")]
    Contended(u32),
    /// The database cannot be reached, does not answer in time or is locked by somebody else: worth another
    /// attempt later. Nothing was kept, unless it was lost in the middle of the commit, which the text says;
    /// whoever writes again must then do it under the same idempotency key.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] Source),
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
    /// A stored value is not what the schema says.
    #[error("stored value is damaged: {0}")]
    Damaged(String),
    /// The audit log is chained with the key of this number, which this process does not have.
    #[error("the audit log goes on with key {0}, which is not here")]
    ChainKey(u32),
    /// Applying migrations failed.
    #[error("migration: {0}")]
    Migration(#[from] MigrationError),
    /// Backup or restore failed.
    #[error("backup: {0}")]
    Backup(String),
    /// What was deleted could not be overwritten on disk.
    #[error("cannot overwrite what was deleted: {0}")]
    Scrub(String),
    /// There is no such thing; says what was looked for.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Something that must be unique exists already; says what.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// Somebody else changed it first: the version differs from the one expected.
    #[error("version is {current}, not the one expected")]
    Stale {
        /// The version there is.
        current: i64,
    },
    /// The thing is not in a state that allows this.
    #[error("not possible in state {}", .0.name)]
    WrongState(CurrentState),
    /// An organization cannot move below itself.
    #[error("an organization cannot be moved below itself")]
    Cycle,
}

impl Error {
    /// [`Error::Unavailable`] for this reason.
    pub(crate) fn unavailable(why: impl Into<Source>) -> Self {
        Self::Unavailable(why.into())
    }

    /// [`Error::Unavailable`] because of an error that says why.
    pub(crate) fn unavailable_by(error: Self) -> Self {
        match error {
            Self::Open(source) | Self::Unavailable(source) | Self::Statement { source, .. } => {
                Self::Unavailable(source)
            }
            other => Self::Unavailable(other.into()),
        }
    }
}

/// Sort of a broken constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Two rows with the same key.
    Unique,
    /// Refers to a row that is not there, or the row is still referred to.
    ForeignKey,
    /// `CHECK` or `NOT NULL`.
    Check,
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MigrationError {
    /// The database was written by a newer program.
    #[error(
        "the database has schema {found}, this program knows only up to {known}: \
         use the newer program, or restore a backup made before the update"
    )]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version this program has.
        known: i64,
    },
    /// An applied migration differs from the one in the program.
    #[error("migration {0} was applied with other contents than this program has")]
    Changed(i64),
    /// What is stored does not fit what a migration makes of it; nothing was changed.
    #[error("migration {version} failed: {why}")]
    Failed {
        /// Which.
        version: i64,
        /// What the database said.
        why: String,
    },
    /// An earlier migration is missing although later ones were applied.
    #[error("migration {0} was never applied although later ones were")]
    Gap(i64),
}
