//! How often an account has looked at numbers in clear, by day.

use crate::driver::{WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["reveals"],
    ..Part::EMPTY
};

/// Counts one on a day (`2026-11-29`); answers how many it is that day, this one included.
///
/// # Errors
/// The database failed, or there is no such account.
pub fn count(tx: &mut WriteTx<'_>, account_id: &str, day: &str) -> Result<i64> {
    tx.query_one(
        "INSERT INTO reveals (account_id, day, count) VALUES (?1, ?2, 1)
         ON CONFLICT (account_id, day) DO UPDATE SET count = reveals.count + 1 RETURNING count",
        params![account_id, day],
    )?
    .int(0)
}

/// Throws away what was counted before this day; answers how many days of accounts.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_day: &str) -> Result<u64> {
    tx.execute("DELETE FROM reveals WHERE day < ?1", params![before_day])
}
