//! What is known of stored files. Their bytes lie in the object store, under the same name.

use contract::file::FileRef;

use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["files"],
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

fn file(row: &Row) -> Result<FileRef> {
    let bytes =
        u64::try_from(row.int(1)?).map_err(|_| Error::Damaged("a file of negative size".into()))?;
    Ok(FileRef {
        name: row.text(0)?,
        bytes,
        media_type: row.text(2)?,
    })
}
