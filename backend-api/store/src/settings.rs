//! Single values that have no table of their own.

use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["settings"],
    ..Part::EMPTY
};

/// The value of `key`.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>> {
    tx.query_opt("SELECT value FROM settings WHERE key = ?1", params![key])?
        .map(|row| row.text(0))
        .transpose()
}

/// Sets the value of `key`.
///
/// # Errors
/// The database failed.
pub fn set(tx: &mut WriteTx<'_>, key: &str, value: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![key, value],
    )?;
    Ok(())
}

/// Takes the value of `key` away and answers it: of many at once one has it.
///
/// # Errors
/// The database failed.
pub fn take(tx: &mut WriteTx<'_>, key: &str) -> Result<Option<String>> {
    let sql = "DELETE FROM settings WHERE key = ?1 RETURNING value";
    tx.query_opt(sql, params![key])?
        .map(|row| row.text(0))
        .transpose()
}

/// Takes the value of `key` away.
///
/// # Errors
/// The database failed.
pub fn remove(tx: &mut WriteTx<'_>, key: &str) -> Result<()> {
    tx.execute("DELETE FROM settings WHERE key = ?1", params![key])?;
    Ok(())
}
