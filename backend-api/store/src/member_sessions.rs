//! Sessions of members: one person's own data on one TV for a while. Known by the SHA-256 of
//! their token, and good only together with the terminal they were opened on.

use crate::driver::{Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;
use crate::phone_links;

pub(crate) const PART: Part = Part {
    tables: &["member_sessions"],
    ..Part::EMPTY
};

/// Opens a session.
///
/// # Errors
/// The database failed, or there is no such member or terminal.
pub fn open(
    tx: &mut WriteTx<'_>,
    member_id: &str,
    terminal_id: &str,
    token_sha256: &str,
    expires_at_ms: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO member_sessions (token_sha256, member_id, terminal_id, expires_at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![token_sha256, member_id, terminal_id, expires_at_ms],
    )?;
    Ok(())
}

/// The member whose session this is, on this terminal and not ended.
///
/// # Errors
/// The database failed.
pub fn member(
    tx: &mut Tx<'_>,
    token_sha256: &str,
    terminal_id: &str,
    now_ms: i64,
) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT member_id FROM member_sessions WHERE token_sha256 = ?1 AND terminal_id = ?2 AND expires_at_ms > ?3",
        params![token_sha256, terminal_id, now_ms],
    )?
    .map(|row| row.text(0))
    .transpose()
}

/// Ends a session; tells whether there was one.
///
/// # Errors
/// The database failed.
pub fn end(tx: &mut WriteTx<'_>, token_sha256: &str, terminal_id: &str) -> Result<bool> {
    Ok(tx.execute(
        "DELETE FROM member_sessions WHERE token_sha256 = ?1 AND terminal_id = ?2",
        params![token_sha256, terminal_id],
    )? > 0)
}

/// Ends every session of a member, and the pages that were opened for them.
///
/// # Errors
/// The database failed.
pub fn end_all(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM member_sessions WHERE member_id = ?1",
        params![member_id],
    )?;
    phone_links::end_of_member(tx, member_id)
}

/// Ends every session on a terminal, and the pages that it opened.
///
/// # Errors
/// The database failed.
pub fn end_at(tx: &mut WriteTx<'_>, terminal_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM member_sessions WHERE terminal_id = ?1",
        params![terminal_id],
    )?;
    phone_links::end_at(tx, terminal_id)
}

/// Throws away sessions that have ended; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, now_ms: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM member_sessions WHERE expires_at_ms <= ?1",
        params![now_ms],
    )
}
