//! What nobody can give back (what users did, what this terminal is, its settings) is kept a second
//! time, in a small database of its own beside the large one. Triggers write both in one transaction;
//! each file is whole by itself, so whatever happens to one of them, the other still has it. When the
//! large one has no room or is in memory, what users did is still written down here.
//!
//! After a crash between the two files one may have a command more than the other. Then it is sent once
//! more under its key, and counts once.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params};

use super::error::{CacheError, Context};
use super::place;
use super::rescue::{self, ENROLMENT, OUTBOX, REFUSAL, SETTING, Table};

/// Name of the second database below the cache's folder.
pub(super) const FILE_NAME: &str = "spare.db";

/// Given up when the disk is full, so that what users do can still be written down.
pub(super) const RESERVE_FILE: &str = "reserve";

/// Bytes of the reserve.
pub(super) const RESERVE: u64 = 4 << 20;

/// What is kept twice, and by what a row is known.
const TABLES: [(&Table, &str); 4] = [
    (&OUTBOX, "key"),
    (&REFUSAL, "key"),
    (&ENROLMENT, "id"),
    (&SETTING, "key"),
];

/// Its mark while the large database is in memory: it alone is right then.
const AHEAD: i64 = 1;

/// Whose row counts when both have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// That of the large database, which is sound.
    Cache,
    /// That of the second one.
    Spare,
}

/// Takes over what only the second database has; true if there was any.
///
/// # Errors
/// When it cannot be written into the large one.
pub(super) fn merge(cache: &mut Connection, dir: &Path, trust: Trust) -> Result<bool, CacheError> {
    let path = dir.join(FILE_NAME);
    if std::fs::metadata(&path).map_or(0, |data| data.len()) == 0 {
        return Ok(false);
    }
    let spare = match place::open_untouched(&path) {
        Ok(spare) => spare,
        Err(error) => {
            tracing::error!(%error, "the second database cannot be read");
            return Ok(false);
        }
    };
    let sound = place::is_sound(&spare, "main").unwrap_or(false);
    let mark: i64 = spare
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap_or(0);
    let is_ahead = sound && mark == AHEAD;
    let spare_counts = sound && (trust == Trust::Spare || is_ahead);
    let mut news = false;
    let tx = cache.transaction().during("merge the second database")?;
    for (table, key) in TABLES {
        let theirs = read(&spare, &copy_of(table), table);
        let ours = read(&tx, table.name, table);
        let merged = merge_table(&tx, (table, key), &ours, &theirs, spare_counts);
        news |= merged.during("merge the second database")?;
        if is_ahead && table.name != SETTING.name {
            news |= drop_delivered(&tx, (table, key), &ours, &theirs)
                .during("merge the second database")?;
        }
    }
    if news {
        tx.commit().during("merge the second database")?;
    }
    Ok(news)
}

/// A row as it is, by the names of its columns.
type Fields = HashMap<&'static str, Value>;

fn read(db: &Connection, name: &str, table: &Table) -> Vec<Fields> {
    let mut rows = Vec::new();
    table.rows_in(db, name, &mut |names, values| {
        rows.push(names.iter().copied().zip(values).collect());
        Ok(())
    });
    rows
}

/// The same by their keys.
fn by_key<'r>(rows: &'r [Fields], key: &str) -> BTreeMap<String, &'r Fields> {
    let named = rows.iter().filter_map(|row| match row.get(key)? {
        Value::Text(text) => Some((text.clone(), row)),
        Value::Integer(number) => Some((number.to_string(), row)),
        _ => None,
    });
    named.collect()
}

fn merge_table(
    tx: &Transaction<'_>,
    (table, key): (&Table, &str),
    ours: &[Fields],
    theirs: &[Fields],
    spare_counts: bool,
) -> rusqlite::Result<bool> {
    let mut news = false;
    let known = by_key(ours, key);
    for (name, row) in by_key(theirs, key) {
        let same = known.get(&name);
        if same.is_some_and(|our| !spare_counts || *our == row) {
            continue;
        }
        let Some(id) = row.get(key) else { continue };
        tx.execute(
            &format!("DELETE FROM {} WHERE {key} = ?1", table.name),
            [id],
        )?;
        let mut row = row.clone();
        // The number may be another one's by now; the order is lost, the command is not.
        if let Some(seq) = row.get("seq") {
            let taken: bool = tx.query_row(
                "SELECT count(*) > 0 FROM outbox WHERE seq = ?1",
                [seq],
                |row| row.get(0),
            )?;
            if taken {
                row.remove("seq");
            }
        }
        let (names, values): (Vec<&str>, Vec<Value>) = row.into_iter().unzip();
        rescue::insert(tx, "INSERT OR IGNORE", table.name, &names, values)?;
        news = true;
    }
    Ok(news)
}

/// Takes away what was delivered while the large database was in memory.
fn drop_delivered(
    tx: &Transaction<'_>,
    (table, key): (&Table, &str),
    ours: &[Fields],
    theirs: &[Fields],
) -> rusqlite::Result<bool> {
    let mut news = false;
    let left = by_key(theirs, key);
    for (name, row) in by_key(ours, key) {
        if left.contains_key(&name) {
            continue;
        }
        if let Some(id) = row.get(key) {
            tx.execute(
                &format!("DELETE FROM {} WHERE {key} = ?1", table.name),
                [id],
            )?;
            news = true;
        }
    }
    Ok(news)
}

/// From now on every change is written into the second database as well, which is made the same
/// before. A damaged one is made anew.
///
/// # Errors
/// When it cannot be written; then nothing is attached.
pub(super) fn attach(cache: &Connection, dir: &Path, in_memory: bool) -> Result<(), CacheError> {
    let path = dir.join(FILE_NAME);
    for last in [false, true] {
        match try_attach(cache, &path, in_memory) {
            Ok(()) => return Ok(()),
            Err(error) => {
                detach(cache);
                if last || !error.is_broken() {
                    return Err(error);
                }
                tracing::error!(%error, "the second database is damaged; making a new one");
                remove(&path);
            }
        }
    }
    Ok(())
}

fn try_attach(cache: &Connection, path: &Path, in_memory: bool) -> Result<(), CacheError> {
    place::make_private(path)?;
    // By its name alone it would be opened in memory too, like the database it is attached to.
    let uri = place::uri(path, "vfs=unix")?;
    let doing = "open the second database";
    cache.execute("ATTACH ?1 AS spare", [&uri]).during(doing)?;
    cache
        .execute_batch(
            "PRAGMA spare.journal_mode = WAL; PRAGMA spare.synchronous = FULL;
             PRAGMA spare.secure_delete = 1;",
        )
        .during(doing)?;
    if !place::is_sound(cache, "spare").during(doing)? {
        return Err(CacheError::Database {
            operation: doing,
            source: rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                None,
            ),
        });
    }
    cache.execute_batch("BEGIN IMMEDIATE").during(doing)?;
    let filled = fill(cache, if in_memory { AHEAD } else { 0 }).and_then(|()| {
        cache.execute_batch("COMMIT")?;
        triggers(cache)
    });
    if filled.is_err() && !cache.is_autocommit() {
        // What it answers is worth nothing beside the reason.
        let _ = cache.execute_batch("ROLLBACK");
    }
    filled.during(doing)
}

fn copy_of(table: &Table) -> String {
    format!("spare_{}", table.name)
}

/// Makes its tables, and what is in them the same.
fn fill(cache: &Connection, mark: i64) -> rusqlite::Result<()> {
    for (table, key) in TABLES {
        let (copy, names) = (copy_of(table), table.names());
        let columns: Vec<String> = cache
            .prepare("SELECT name FROM pragma_table_info(?1, 'spare')")?
            .query_map([&copy], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        // Of another version; what it had was merged before.
        if !columns.is_empty() && columns.join(", ") != names {
            cache.execute_batch(&format!("DROP TABLE spare.{copy}"))?;
        }
        cache.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS spare.{copy}({names}, PRIMARY KEY({key})) WITHOUT ROWID"
        ))?;
        let differ: bool = cache.query_row(
            &format!(
                "SELECT EXISTS (SELECT {names} FROM main.{0} EXCEPT SELECT {names} FROM spare.{copy})
                    OR EXISTS (SELECT {names} FROM spare.{copy} EXCEPT SELECT {names} FROM main.{0})",
                table.name
            ),
            [],
            |row| row.get(0),
        )?;
        if differ {
            cache.execute_batch(&format!(
                "DELETE FROM spare.{copy};
                 INSERT INTO spare.{copy}({names}) SELECT {names} FROM main.{}",
                table.name
            ))?;
        }
    }
    let before: i64 = cache.query_row("PRAGMA spare.user_version", [], |row| row.get(0))?;
    if before != mark {
        cache.pragma_update(Some("spare"), "user_version", mark)?;
    }
    Ok(())
}

fn triggers(cache: &Connection) -> rusqlite::Result<()> {
    for (table, key) in TABLES {
        let (name, copy, names) = (table.name, copy_of(table), table.names());
        let new = names
            .split(", ")
            .map(|column| format!("new.{column}"))
            .collect::<Vec<_>>()
            .join(", ");
        cache.execute_batch(&format!(
            "CREATE TEMP TRIGGER {copy}_in AFTER INSERT ON main.{name} BEGIN
                 DELETE FROM {copy} WHERE {key} = new.{key};
                 INSERT INTO {copy}({names}) VALUES ({new});
             END;
             CREATE TEMP TRIGGER {copy}_change AFTER UPDATE ON main.{name} BEGIN
                 DELETE FROM {copy} WHERE {key} IN (old.{key}, new.{key});
                 INSERT INTO {copy}({names}) VALUES ({new});
             END;
             CREATE TEMP TRIGGER {copy}_out AFTER DELETE ON main.{name} BEGIN
                 DELETE FROM {copy} WHERE {key} = old.{key};
             END;"
        ))?;
    }
    Ok(())
}

/// Lets go of the second database; changes are written once again.
pub(super) fn detach(cache: &Connection) {
    for (table, _) in TABLES {
        for trigger in ["in", "change", "out"] {
            let name = format!("{}_{trigger}", copy_of(table));
            if let Err(error) = cache.execute_batch(&format!("DROP TRIGGER IF EXISTS temp.{name}"))
            {
                tracing::warn!(%error, name, "a trigger stays");
            }
        }
    }
    // Of statements that are kept one may still hold it.
    cache.flush_prepared_statement_cache();
    let attached = cache.query_row(
        "SELECT count(*) > 0 FROM pragma_database_list WHERE name = 'spare'",
        params![],
        |row| row.get(0),
    );
    if attached.unwrap_or(false)
        && let Err(error) = cache.execute_batch("DETACH spare")
    {
        tracing::warn!(%error, "the second database stays open");
    }
}

fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        // What is not there need not go.
        let _ = std::fs::remove_file(Path::new(&name));
    }
}

/// Makes sure that there is room for what users do when the disk is full, while there is plenty.
pub(super) fn keep_reserve(dir: &Path, free: Option<u64>) {
    let path = dir.join(RESERVE_FILE);
    if path.exists() || free.is_some_and(|free| free < RESERVE * 8) {
        return;
    }
    let made = std::fs::File::create(&path).and_then(|file| {
        let flags = rustix::fs::FallocateFlags::empty();
        rustix::fs::fallocate(&file, flags, 0, RESERVE)
            .or_else(|error| {
                // A file system without: zeros take their room as well.
                let zeros = vec![0; 1 << 16];
                let mut file = &file;
                (0..RESERVE / (1 << 16))
                    .try_for_each(|_| std::io::Write::write_all(&mut file, &zeros))
                    .map_err(|_| error)
            })
            .map_err(std::io::Error::from)
    });
    if let Err(error) = made {
        tracing::warn!(%error, "there is no room for a reserve");
        give_up_reserve(dir);
    }
}

/// Gives the reserve's room to whoever comes first.
pub(super) fn give_up_reserve(dir: &Path) {
    // It may be given up already.
    let _ = std::fs::remove_file(dir.join(RESERVE_FILE));
}
