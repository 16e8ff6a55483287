//! Where the database lies, and how it is opened there.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OpenFlags};

use super::error::{CacheError, Context};
use super::schema;

/// Name of the database below the cache's folder.
pub(super) const FILE_NAME: &str = "cache.db";

/// What SQLite keeps beside a database.
pub(super) const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Databases in memory of this process: each has a name of its own.
static IN_MEMORY: AtomicU64 = AtomicU64::new(0);

/// Where a database lies.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In this file.
    Disk(PathBuf),
    /// In memory under this name, for all connections of the process, until the last one is closed.
    Memory(String),
}

impl Place {
    /// A new one in memory.
    pub(super) fn memory() -> Self {
        let number = IN_MEMORY.fetch_add(1, Ordering::Relaxed);
        Self::Memory(format!("file:/zhdj-tv-{number}?vfs=memdb"))
    }

    fn name(&self) -> &Path {
        match self {
            Self::Disk(path) => path,
            Self::Memory(name) => Path::new(name),
        }
    }

    /// Opens the one writing connection; makes or migrates the database as needed, and reads it
    /// through once.
    pub(super) fn open_writer(&self) -> Result<Connection, CacheError> {
        if let Self::Disk(path) = self {
            // Made with its rights before SQLite writes a token into it.
            make_private(path)?;
        }
        let mut connection = Connection::open(self.name()).during("open the cache")?;
        connection
            .execute_batch(
                "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = 1; PRAGMA wal_autocheckpoint = 1000;
                 -- PINs that were delivered are not to be found in free pages.
                 PRAGMA secure_delete = 1;",
            )
            .during("set up the cache")?;
        connection.set_prepared_statement_cache_capacity(64);
        // SQLite falls back to reading without a word.
        if connection
            .is_readonly(rusqlite::MAIN_DB)
            .during("open the cache")?
        {
            return Err(refused(rusqlite::ffi::SQLITE_READONLY, "open the cache"));
        }
        if !is_sound(&connection, "main").during("check the cache")? {
            return Err(refused(rusqlite::ffi::SQLITE_CORRUPT, "check the cache"));
        }
        schema::migrate(&mut connection)?;
        // A key that was changed would be sent as another one: the index has it, too.
        let outbox: String = connection
            .query_row("PRAGMA main.integrity_check(outbox)", [], |row| row.get(0))
            .during("check the outbox")?;
        if outbox != "ok" {
            return Err(refused(rusqlite::ffi::SQLITE_CORRUPT, "check the outbox"));
        }
        Ok(connection)
    }

    /// Opens one more connection for reading only. Pages are read, not mapped: a disk that fails under
    /// a mapping kills the process instead of answering with an error.
    pub(super) fn open_reader(&self) -> Result<Connection, CacheError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(self.name(), flags).during("open the cache for reading")?;
        connection
            .execute_batch(
                "PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8192;",
            )
            .during("set up the cache for reading")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
}

/// Whether the pages of one of the connection's databases agree with each other. Reads every page:
/// some 20 MB at township size, tens of milliseconds.
pub(super) fn is_sound(connection: &Connection, database: &str) -> rusqlite::Result<bool> {
    let verdict: String =
        connection.query_row(&format!("PRAGMA {database}.quick_check(1)"), [], |row| {
            row.get(0)
        })?;
    Ok(verdict == "ok")
}

/// Opens a database to read it exactly as it lies there, with its write-ahead log if there is one:
/// nothing is written, not even where a disk can only be read. Nobody else may have it open.
pub(super) fn open_untouched(path: &Path) -> Result<Connection, CacheError> {
    let mut log = path.as_os_str().to_owned();
    log.push(BESIDE[0]);
    let has_log = std::fs::metadata(Path::new(&log)).is_ok_and(|data| data.len() > 0);
    // With the log its index is held in memory, which needs the database for this connection alone;
    // without one SQLite would have to make it.
    let how = if has_log {
        "mode=ro&vfs=unix-none"
    } else {
        "mode=ro&immutable=1"
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(uri(path, how)?, flags).during("open a database to read it")?;
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
            true,
        )
        .during("set up a database to read it")?;
    connection
        .execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = 1; PRAGMA cell_size_check = 1;",
        )
        .during("set up a database to read it")?;
    Ok(connection)
}

/// A file as SQLite takes it with parameters.
pub(super) fn uri(path: &Path, parameters: &str) -> Result<String, CacheError> {
    let io = |source| CacheError::Io {
        operation: "find",
        path: path.to_owned(),
        source,
    };
    let whole = std::path::absolute(path).map_err(io)?;
    let mut url = url::Url::from_file_path(&whole)
        .map_err(|()| io(std::io::ErrorKind::InvalidFilename.into()))?;
    url.set_query(Some(parameters));
    Ok(url.into())
}

/// Makes a file that only its owner can read, or makes it so.
pub(super) fn make_private(path: &Path) -> Result<(), CacheError> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| CacheError::Io {
            operation: "create",
            path: path.to_owned(),
            source,
        })?;
    // One that belongs to somebody else and can be written all the same is better than none.
    if let Err(error) = file.set_permissions(std::fs::Permissions::from_mode(0o600)) {
        tracing::warn!(%error, path = %path.display(), "others may read it");
    }
    Ok(())
}

fn refused(code: std::ffi::c_int, operation: &'static str) -> CacheError {
    CacheError::Database {
        operation,
        source: rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None),
    }
}
