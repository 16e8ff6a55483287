//! What is kept that is of no use without the keys.

use crate::driver::{Tx, params};
use crate::error::Result;
use crate::register;

/// Whether anything is kept that is of no use without the keys: a sealed number, secret or
/// address, or a PIN.
///
/// # Errors
/// The database failed.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    let places: Vec<String> = register::PARTS
        .iter()
        .flat_map(|part| part.sealed)
        .map(|place| format!("EXISTS (SELECT 1 FROM {place})"))
        .collect();
    let sql = format!("SELECT CASE WHEN {} THEN 1 ELSE 0 END", places.join(" OR "));
    tx.query_one(&sql, params![])?.truth(0)
}
