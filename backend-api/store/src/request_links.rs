//! Pages for one telephone: a TV asks for one, whoever opens it first has it, and one request is sent from it.
//! Known by the SHA-256 of their token. They end with the TV being what it is, and with whoever asked for
//! them there, as [sessions of members](crate::member_sessions) do.

use contract::request::RequestReceipt;

use crate::codec::{from_json, new_id, to_json};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;
use crate::part::Part;

pub(crate) const PART: Part = Part {
    // A receipt tells which terminal asked what.
    scrubbed: &["request_links"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT id, terminal_id, category_id, member_id, expires_at_ms, claim_hash, receipt \
                      FROM request_links";

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: String,
    /// The TV that shows it.
    pub terminal_id: String,
    /// What is asked.
    pub category_id: String,
    /// Who asks, at a station.
    pub member_id: Option<String>,
    /// Until when.
    pub expires_at_ms: i64,
    /// SHA-256 of what the telephone has that claimed it.
    pub claim_hash: Option<String>,
    /// What was sent from there.
    pub receipt: Option<RequestReceipt>,
}

/// Makes a link. Those of the terminal that nobody claimed end with it: its QR code is shown no longer.
///
/// # Errors
/// The database failed, or there is no such terminal or category.
pub fn create(
    tx: &mut WriteTx<'_>,
    token_hash: &str,
    (terminal_id, member_id): (&str, Option<&str>),
    category_id: &str,
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<String> {
    tx.execute(
        "DELETE FROM request_links WHERE terminal_id = ?1 AND claim_hash IS NULL",
        params![terminal_id],
    )?;
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO request_links (id, token_hash, terminal_id, category_id, member_id, created_at_ms,
             expires_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            &id,
            token_hash,
            terminal_id,
            category_id,
            member_id,
            now_ms,
            expires_at_ms
        ],
    )?;
    Ok(id)
}

/// The link with this token, whether its time is over or not.
///
/// # Errors
/// The database failed.
pub fn by_token(tx: &mut Tx<'_>, token_hash: &str) -> Result<Option<Link>> {
    let sql = format!("{SELECT} WHERE token_hash = ?1");
    tx.query_opt(&sql, params![token_hash])?
        .as_ref()
        .map(read)
        .transpose()
}

/// The link of this terminal with this id.
///
/// # Errors
/// The database failed.
pub fn of_terminal(tx: &mut Tx<'_>, terminal_id: &str, id: &str) -> Result<Option<Link>> {
    let sql = format!("{SELECT} WHERE terminal_id = ?1 AND id = ?2");
    tx.query_opt(&sql, params![terminal_id, id])?
        .as_ref()
        .map(read)
        .transpose()
}

/// Gives a link to a telephone, unless another has it: of many at once one gets it.
///
/// # Errors
/// The database failed.
pub fn claim(tx: &mut WriteTx<'_>, id: &str, claim_hash: &str, now_ms: i64) -> Result<bool> {
    Ok(tx.execute(
        "UPDATE request_links SET claim_hash = ?2
         WHERE id = ?1 AND claim_hash IS NULL AND receipt IS NULL AND expires_at_ms > ?3",
        params![id, claim_hash, now_ms],
    )? > 0)
}

/// Keeps what was sent from a telephone; nothing is kept if something was sent before.
///
/// # Errors
/// The database failed.
pub fn sent(tx: &mut WriteTx<'_>, id: &str, receipt: &RequestReceipt) -> Result<bool> {
    Ok(tx.execute(
        "UPDATE request_links SET receipt = ?2 WHERE id = ?1 AND receipt IS NULL",
        params![id, to_json(receipt)?],
    )? > 0)
}

/// Ends those of a terminal.
///
/// # Errors
/// The database failed.
pub(crate) fn end_at(tx: &mut WriteTx<'_>, terminal_id: &str) -> Result<()> {
    let sql = "DELETE FROM request_links WHERE terminal_id = ?1";
    tx.execute(sql, params![terminal_id])?;
    Ok(())
}

/// Ends those of a member.
///
/// # Errors
/// The database failed.
pub(crate) fn end_of_member(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    let sql = "DELETE FROM request_links WHERE member_id = ?1";
    tx.execute(sql, params![member_id])?;
    Ok(())
}

/// Throws away links whose time was over before `before_ms`; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(tx: &mut WriteTx<'_>, before_ms: i64) -> Result<u64> {
    let sql = "DELETE FROM request_links WHERE expires_at_ms < ?1";
    tx.execute(sql, params![before_ms])
}

fn read(row: &Row) -> Result<Link> {
    Ok(Link {
        id: row.text(0)?,
        terminal_id: row.text(1)?,
        category_id: row.text(2)?,
        member_id: row.opt_text(3)?,
        expires_at_ms: row.int(4)?,
        claim_hash: row.opt_text(5)?,
        receipt: row.opt_text(6)?.as_deref().map(from_json).transpose()?,
    })
}
