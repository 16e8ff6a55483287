//! Copies of a running SQLite database, and putting one back.
//!
//! PostgreSQL has better tools of its own: use `pg_dump` and `pg_restore`, and after restoring
//! call [`feed::renew_epoch`](crate::feed::renew_epoch), so that no terminal trusts a cursor from
//! the time that was lost, and [`access::carry_over`](crate::access::carry_over). For SQLite the copy gets its own epoch, so that even a copy put back
//! by hand makes terminals start anew.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::driver::{Connection as Driver, WriteTx, sqlite};
use crate::error::{Error, Result};
use crate::store::{Open, Store};
use crate::{feed, feed_entries, journal, migrations};

impl Store {
    /// Writes a consistent copy to `to` while the store is in use. The file appears when it is
    /// complete and on disk; one that is there already is replaced. Blocks.
    ///
    /// # Errors
    /// [`Error::Backup`] if the copy cannot be written, or on PostgreSQL.
    pub fn backup_to(&self, to: &Path) -> Result<()> {
        match self.opened() {
            Open::Sqlite(sqlite) => sqlite.with_reader(|connection| {
                let partial = with_suffix(to, ".partial");
                copy(connection, &partial, |_| Ok::<_, Error>(()))?;
                put(&partial, to)
            }),
            Open::Postgres(_) => Err(Error::Backup(
                "this is a PostgreSQL database: use pg_dump --format=custom".into(),
            )),
        }
    }
}

/// Puts the backup `from` in the place of the SQLite database `to`, which nothing may have open.
/// The backup is checked first; until the last step the old database stays as it is.
///
/// # Errors
/// [`Error::Backup`] if the backup is damaged or no database of this program or the file cannot
/// be written, [`Error::Migration`] if it is from a newer program.
pub fn restore(from: &Path, to: &Path) -> Result<()> {
    let ((), prepared) = prepare(from, to, |_| Ok::<_, Error>(()))?;
    prepared.put()
}

/// A restored database that lies beside its place.
#[derive(Debug)]
#[must_use]
pub struct Prepared {
    partial: PathBuf,
    to: PathBuf,
}

/// Checks the backup `from`, copies it beside `to`, and does `work` in one transaction of the copy. Until
/// [`Prepared::put`] nothing is in its place. Blocks.
///
/// # Errors
/// As [`restore`], and what `work` answers.
pub fn prepare<T, E: From<Error>>(
    from: &Path,
    to: &Path,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E>,
) -> Result<(T, Prepared), E> {
    let source = checked(from)?;
    let partial = with_suffix(to, ".partial");
    let done = copy(&source, &partial, work);
    if done.is_err() {
        // The error of the copy says more than that of the clean-up.
        let _ = remove(&partial);
    }
    let done = done?;
    let to = to.to_owned();
    Ok((done, Prepared { partial, to }))
}

impl Prepared {
    /// Puts it in its place.
    ///
    /// # Errors
    /// [`Error::Backup`]: something has the old database open, or the file cannot be renamed.
    pub fn put(self) -> Result<()> {
        let Self { partial, to } = self;
        if to.exists() {
            refuse_if_in_use(&to)?;
        }
        // The old database's log must not be applied to the new one. Opening it above has folded the
        // log into the file, so nothing of the old one is lost should the rest fail.
        for suffix in ["-wal", "-shm"] {
            remove(&with_suffix(&to, suffix))?;
        }
        put(&partial, &to)
    }
}

/// A backup that is whole and of this program.
fn checked(from: &Path) -> Result<Connection> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(sqlite_failed)?;
    let verdict: String = source
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(sqlite_failed)?;
    if verdict != "ok" {
        return Err(Error::Backup(format!(
            "{} is damaged: {verdict}",
            from.display()
        )));
    }
    let ours: i64 = source
        .query_row(
            "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
            [],
            |row| row.get(0),
        )
        .map_err(sqlite_failed)?;
    if ours == 0 {
        return Err(Error::Backup(format!(
            "{} is not a database of this program",
            from.display()
        )));
    }
    Ok(source)
}

/// Copies everything behind `connection` to the file `partial`, which appears anew, as a single file with its
/// own epoch in which `work` was done.
fn copy<T, E: From<Error>>(
    connection: &Connection,
    partial: &Path,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    remove(partial)?;
    let mut target = Connection::open(partial).map_err(sqlite_failed)?;
    {
        let backup = Backup::new(connection, &mut target).map_err(sqlite_failed)?;
        // In one step: writers go on beside a reader, and nothing restarts the copy.
        if backup.step(-1).map_err(sqlite_failed)? != StepResult::Done {
            return Err(Error::Backup("the database is busy; try again".into()).into());
        }
    }
    sqlite::migrate(&mut target, migrations::apply_all)?;
    let transaction = target.transaction().map_err(sqlite_failed)?;
    let mut tx = WriteTx::new(Driver::Sqlite(&transaction));
    feed_entries::renew_epoch(&mut tx)?;
    let done = work(&mut tx)?;
    feed::follow(&mut tx)?;
    journal::flush(&mut tx)?;
    drop(tx);
    transaction.commit().map_err(sqlite_failed)?;
    target
        .pragma_update(None, "journal_mode", "DELETE")
        .map_err(sqlite_failed)?;
    target.close().map_err(|(_, error)| sqlite_failed(error))?;
    File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|error| Error::Backup(format!("{}: {error}", partial.display())))?;
    Ok(done)
}

/// Gives a copy its place.
fn put(partial: &Path, to: &Path) -> Result<()> {
    let file_failed = |error| Error::Backup(format!("{}: {error}", to.display()));
    fs::rename(partial, to).map_err(file_failed)?;
    let folder = to
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(file_failed)
}

/// Fails if another connection has the database open; folds its log into the file otherwise.
fn refuse_if_in_use(path: &Path) -> Result<()> {
    let connection = Connection::open(path).map_err(sqlite_failed)?;
    connection
        .busy_timeout(std::time::Duration::ZERO)
        .map_err(sqlite_failed)?;
    let alone = connection
        .pragma_update(None, "locking_mode", "EXCLUSIVE")
        .and_then(|()| connection.execute_batch("BEGIN EXCLUSIVE; COMMIT"))
        .and_then(|()| {
            connection.query_row("PRAGMA journal_mode = DELETE", [], |row| {
                row.get::<_, String>(0)
            })
        });
    match alone {
        Ok(mode) if mode == "delete" => Ok(()),
        // An old database that cannot even be read is what restoring is for.
        Err(rusqlite::Error::SqliteFailure(error, _))
            if matches!(
                error.code,
                rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt
            ) =>
        {
            Ok(())
        }
        _ => Err(Error::Backup(format!(
            "{} is in use: stop the server first",
            path.display()
        ))),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::Backup(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn sqlite_failed(error: rusqlite::Error) -> Error {
    Error::Backup(error.to_string())
}
