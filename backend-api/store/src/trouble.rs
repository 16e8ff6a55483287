//! What is wrong with the database as a whole, when an error says that: for whoever has to look after it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

use crate::error::{Error, MigrationError, Source};

/// Something is wrong with the database as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no room on its disk.
    Full,
    /// Its file, or its data folder, is damaged.
    Damaged,
    /// The file is not a database.
    NotADatabase,
    /// It cannot be written to.
    ReadOnly,
    /// The disk does not do what it is told.
    Disk,
    /// It was written by a newer program.
    Newer,
    /// It could not be brought up to date; nothing was changed.
    Outdated,
    /// It was not written by this program, or its schema was changed by hand.
    Foreign,
}

/// A file that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", .path.display())]
pub(crate) struct Unopened {
    path: PathBuf,
    #[source]
    source: rusqlite::Error,
}

impl Unopened {
    pub(crate) fn error(path: &Path, source: rusqlite::Error) -> Error {
        let path = path.to_owned();
        Error::Open(Box::new(Self { path, source }))
    }
}

/// What PostgreSQL said, with its code; without what it quotes.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub(crate) struct Said {
    words: String,
    state: Option<SqlState>,
}

impl Said {
    pub(crate) fn boxed(words: String, state: Option<&SqlState>) -> Source {
        let state = state.cloned();
        Box::new(Self { words, state })
    }
}

impl Error {
    /// What is wrong with the database as a whole, if it is that.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        if let Self::Migration(why) = self {
            return Some(match why {
                MigrationError::Newer { .. } => Trouble::Newer,
                MigrationError::Failed { .. } => Trouble::Outdated,
                MigrationError::Changed(_) | MigrationError::Gap(_) => Trouble::Foreign,
            });
        }
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let sqlite = error.downcast_ref().and_then(of_sqlite);
            if let Some(trouble) = sqlite.or_else(|| error.downcast_ref().and_then(of_postgres)) {
                return Some(trouble);
            }
            cause = error.source();
        }
        None
    }
}

impl Error {
    /// Whether the database understood a statement and refused it for what is stored, so that it will do so
    /// again.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Constraint { .. } => true,
            Self::Statement { source, .. } => {
                let sqlite = source.downcast_ref::<rusqlite::Error>();
                let said = source.downcast_ref::<Said>();
                let class = said.and_then(|said| said.state.as_ref()?.code().get(..2));
                let unfit = sqlite.is_some_and(|error| match error {
                    rusqlite::Error::SqlInputError { .. } => true,
                    other => other.sqlite_error_code() == Some(ErrorCode::Unknown),
                });
                unfit || matches!(class, Some("22" | "23" | "42"))
            }
            _ => false,
        }
    }
}

fn of_sqlite(error: &rusqlite::Error) -> Option<Trouble> {
    match error.sqlite_error_code()? {
        ErrorCode::DiskFull => Some(Trouble::Full),
        ErrorCode::DatabaseCorrupt => Some(Trouble::Damaged),
        ErrorCode::NotADatabase => Some(Trouble::NotADatabase),
        ErrorCode::ReadOnly => Some(Trouble::ReadOnly),
        ErrorCode::SystemIoFailure => Some(Trouble::Disk),
        _ => None,
    }
}

fn of_postgres(said: &Said) -> Option<Trouble> {
    let code = said.state.as_ref()?;
    if *code == SqlState::DISK_FULL {
        Some(Trouble::Full)
    } else if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
        Some(Trouble::Damaged)
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        Some(Trouble::ReadOnly)
    } else if *code == SqlState::IO_ERROR {
        Some(Trouble::Disk)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use super::*;
    use crate::driver::sqlite;
    use crate::{DatabaseUrl, Store};

    #[test]
    fn what_is_wrong_with_the_file_is_known_from_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.sqlite");
        let open = || Store::open(&DatabaseUrl::sqlite(&file));
        drop(open().unwrap());
        let whole = fs::read(&file).unwrap();
        let opened = |content: &[u8]| {
            fs::write(&file, content).unwrap();
            open().map(|_| ()).unwrap_err().trouble()
        };
        assert_eq!(
            opened(&b"not a database ".repeat(300)),
            Some(Trouble::NotADatabase)
        );
        let mut rotten = whole.clone();
        rotten[100..].fill(0xa5);
        assert_eq!(opened(&rotten), Some(Trouble::Damaged));
        fs::write(&file, &whole).unwrap();
        drop(open().unwrap());
        assert_eq!(Error::Closed.trouble(), None);
        let newer = MigrationError::Newer {
            found: 99,
            known: 1,
        };
        assert_eq!(Error::from(newer).trouble(), Some(Trouble::Newer));
        let missing = Store::open(&DatabaseUrl::sqlite(&folder.path().join("no/such")));
        assert_eq!(missing.map(|_| ()).unwrap_err().trouble(), None);
    }

    #[test]
    fn what_postgresql_says_is_known_by_its_code() {
        let of = |state: SqlState| {
            let source = Said::boxed("said".to_owned(), Some(&state));
            let statement = "SELECT".to_owned();
            let error = Error::Statement { statement, source };
            (error.trouble(), error.is_refusal())
        };
        assert_eq!(of(SqlState::DISK_FULL), (Some(Trouble::Full), false));
        assert_eq!(
            of(SqlState::DATA_CORRUPTED),
            (Some(Trouble::Damaged), false)
        );
        assert_eq!(of(SqlState::SYNTAX_ERROR), (None, true));
        assert_eq!(of(SqlState::ADMIN_SHUTDOWN), (None, false));
    }

    #[test]
    fn no_room_is_known_from_the_error_of_a_statement() {
        let connection = Connection::open_in_memory().unwrap();
        let setup = "CREATE TABLE t (x TEXT); PRAGMA max_page_count = 2";
        connection.execute_batch(setup).unwrap();
        let insert = "INSERT INTO t VALUES (HEX(ZEROBLOB(100000)))";
        let (error, _) = sqlite::execute(&connection, insert, &[]).unwrap_err();
        assert_eq!(error.trouble(), Some(Trouble::Full));
    }
}
