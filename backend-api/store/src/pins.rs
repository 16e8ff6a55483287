//! Wrong PINs of one member on one terminal.

use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["pin_attempts"],
    ..Part::EMPTY
};

/// When a member is locked on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// So many wrong PINs in a row lock.
    pub tries: u32,
    /// For so many milliseconds.
    pub lock_ms: i64,
}

/// What a wrong PIN did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// So many tries are left.
    Left(u32),
    /// This one locked.
    Locked {
        /// Until when.
        until_ms: i64,
    },
}

/// Until when a member is locked on a terminal, if they are at `now_ms`.
///
/// # Errors
/// The database failed.
pub fn locked_until(
    tx: &mut Tx<'_>,
    member_id: &str,
    terminal_id: &str,
    now_ms: i64,
) -> Result<Option<i64>> {
    tx.query_opt(
        "SELECT locked_until_ms FROM pin_attempts
         WHERE member_id = ?1 AND terminal_id = ?2 AND locked_until_ms > ?3",
        params![member_id, terminal_id, now_ms],
    )?
    .map(|row| row.int(0))
    .transpose()
}

/// Counts a wrong PIN.
///
/// # Errors
/// The database failed, or there is no such member or terminal.
pub fn record_failure(
    tx: &mut WriteTx<'_>,
    member_id: &str,
    terminal_id: &str,
    rule: Rule,
    now_ms: i64,
) -> Result<Failed> {
    let failed = tx
        .query_one(
            "INSERT INTO pin_attempts (member_id, terminal_id, failed) VALUES (?1, ?2, 1)
             ON CONFLICT (member_id, terminal_id) DO UPDATE SET failed = pin_attempts.failed + 1
             RETURNING failed",
            params![member_id, terminal_id],
        )?
        .int(0)?;
    let left = i64::from(rule.tries).saturating_sub(failed);
    if let Ok(left @ 1..) = u32::try_from(left) {
        return Ok(Failed::Left(left));
    }
    let until_ms = now_ms.saturating_add(rule.lock_ms);
    tx.execute(
        "UPDATE pin_attempts SET failed = 0, locked_until_ms = ?3 WHERE member_id = ?1 AND terminal_id = ?2",
        params![member_id, terminal_id, until_ms],
    )?;
    Ok(Failed::Locked { until_ms })
}

/// Forgets wrong PINs after a right one.
///
/// # Errors
/// The database failed.
pub fn record_success(tx: &mut WriteTx<'_>, member_id: &str, terminal_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM pin_attempts WHERE member_id = ?1 AND terminal_id = ?2",
        params![member_id, terminal_id],
    )?;
    Ok(())
}
