//! What is known of stored files. Their bytes lie in the object store, under the same name.

use contract::file::FileRef;

use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["files", "unwanted_files"],
    ..Part::EMPTY
};

/// Notes a file; tells whether it is new. Names come from the content, so the same name is the
/// same file.
///
/// # Errors
/// The database failed.
pub fn put(tx: &mut WriteTx<'_>, file: &FileRef, now_ms: i64) -> Result<bool> {
    let bytes =
        i64::try_from(file.bytes).map_err(|_| Error::Damaged("a file beyond any disk".into()))?;
    tx.execute(
        "DELETE FROM unwanted_files WHERE name = ?1",
        params![&file.name],
    )?;
    let inserted = tx.execute(
        "INSERT INTO files (name, bytes, media_type, created_at_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO NOTHING",
        params![&file.name, bytes, &file.media_type, now_ms],
    )?;
    Ok(inserted > 0)
}

/// The file with this name.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<FileRef>> {
    let row = tx.query_opt(
        "SELECT name, bytes, media_type FROM files WHERE name = ?1",
        params![name],
    )?;
    row.as_ref().map(file).transpose()
}

/// At most `limit` files by name, after the one called `after`.
///
/// # Errors
/// The database failed.
pub fn list(tx: &mut Tx<'_>, after: Option<&str>, limit: u32) -> Result<Vec<FileRef>> {
    let rows = tx.query(
        "SELECT name, bytes, media_type FROM files WHERE name > ?1 ORDER BY name LIMIT ?2",
        params![after.unwrap_or_default(), limit],
    )?;
    rows.iter().map(file).collect()
}

/// Where files are referred to, as tables with their columns: each holds names within JSON.
const REFERRED: &[(&str, &str)] = &[
    ("bulletins", "cover"),
    ("bulletins", "body"),
    ("branch_pages", "photo"),
    ("programmes", "poster"),
    ("programmes", "renditions"),
    ("programmes", "captions"),
    ("meetings", "held"),
];

/// Whether something refers to the file with this name, a draft or something withdrawn included.
///
/// # Errors
/// The database failed.
pub fn is_referred_to(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    // Neither `%` nor `_` stands in a name.
    let pattern = format!("%{name}%");
    for (table, column) in REFERRED {
        let found = tx.query_opt(
            &format!("SELECT 1 FROM {table} WHERE {column} LIKE ?1 LIMIT 1"),
            params![&pattern],
        )?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Forgets the file with this name if nothing refers to it, and notes that its bytes are to go. Tells whether
/// it did.
///
/// # Errors
/// The database failed.
pub fn forget(tx: &mut WriteTx<'_>, name: &str, now_ms: i64) -> Result<bool> {
    if is_referred_to(tx, name)? {
        return Ok(false);
    }
    tx.execute("DELETE FROM files WHERE name = ?1", params![name])?;
    tx.execute(
        "INSERT INTO unwanted_files (name, at_ms) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
        params![name, now_ms],
    )?;
    Ok(true)
}

/// Names of files whose bytes are to go, the oldest first.
///
/// # Errors
/// The database failed.
pub fn unwanted(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows = tx.query(
        "SELECT name FROM unwanted_files ORDER BY at_ms, name LIMIT 1000",
        params![],
    )?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// The bytes of this file are gone from the disk.
///
/// # Errors
/// The database failed.
pub fn gone(tx: &mut WriteTx<'_>, name: &str) -> Result<()> {
    tx.execute("DELETE FROM unwanted_files WHERE name = ?1", params![name])?;
    Ok(())
}

fn file(row: &Row) -> Result<FileRef> {
    let bytes =
        u64::try_from(row.int(1)?).map_err(|_| Error::Damaged("a file of negative size".into()))?;
    Ok(FileRef {
        name: row.text(0)?,
        bytes,
        media_type: row.text(2)?,
    })
}
