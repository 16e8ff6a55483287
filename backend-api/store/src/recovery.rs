//! Recovery codes: what somebody signs in with who has lost their second factor. Each is good once; what
//! is kept of one is a keyed hash.

use crate::codec::{pieces, tuples};
use crate::driver::{Tx, Value, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["recovery_codes"],
    sealed: &["recovery_codes WHERE code_hash IS NOT NULL"],
    ..Part::EMPTY
};

/// Puts these in the place of all that an account has.
///
/// # Errors
/// The database failed.
pub fn replace(tx: &mut WriteTx<'_>, account_id: &str, hashes: &[String]) -> Result<()> {
    tx.execute(
        "DELETE FROM recovery_codes WHERE account_id = ?1",
        params![account_id],
    )?;
    for piece in pieces(hashes) {
        let values: Vec<Value> = piece
            .iter()
            .flat_map(|hash| [Value::from(account_id), Value::from(hash)])
            .collect();
        let sql = format!(
            "INSERT INTO recovery_codes (account_id, code_hash) VALUES {}",
            tuples(piece.len(), 2)
        );
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// Uses one up; `false` if the account has none such (any more).
///
/// # Errors
/// The database failed.
pub fn take(tx: &mut WriteTx<'_>, account_id: &str, hash: &str) -> Result<bool> {
    Ok(tx.execute(
        "DELETE FROM recovery_codes WHERE account_id = ?1 AND code_hash = ?2",
        params![account_id, hash],
    )? > 0)
}

/// Whether the account has this one.
///
/// # Errors
/// The database failed.
pub fn has(tx: &mut Tx<'_>, account_id: &str, hash: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM recovery_codes WHERE account_id = ?1 AND code_hash = ?2";
    Ok(tx.query_opt(sql, params![account_id, hash])?.is_some())
}

/// How many an account has left.
///
/// # Errors
/// The database failed.
pub fn left(tx: &mut Tx<'_>, account_id: &str) -> Result<u32> {
    let row = tx.query_one(
        "SELECT COUNT(*) FROM recovery_codes WHERE account_id = ?1",
        params![account_id],
    )?;
    Ok(u32::try_from(row.int(0)?).unwrap_or(u32::MAX))
}
