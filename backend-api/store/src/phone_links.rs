//! Pages for one telephone: somebody shows an address as a code, whoever agrees first has it, and one thing is sent
//! from it. Known by the SHA-256 of their token.
//!
//! | kind | whose | ends with |
//! |---|---|---|
//! | request | a TV's, where something is asked | what the TV is, and whoever asked for it there, as [sessions of members](crate::member_sessions) do |
//! | submission | an account's, for a village that sends something to be published | the account, its password as somebody else sets it, and its rights; not once something was sent |

use contract::request::RequestReceipt;

use crate::codec::{from_json, new_id, to_json};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    // A receipt tells which terminal asked what.
    scrubbed: &["phone_links"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT id, kind, terminal_id, category_id, member_id, organization_id, account_id, \
                      expires_at_ms, claim_hash, receipt, submission_id FROM phone_links";

/// Where something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtTv {
    /// The TV that shows it.
    pub terminal_id: String,
    /// What is asked.
    pub category_id: String,
    /// Who asks, at a station.
    pub member_id: Option<String>,
}

/// For whom something is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForVillage {
    /// Who sends it.
    pub organization_id: String,
    /// The account that gave the page.
    pub account_id: String,
}

/// What is sent from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request.
    Request(AtTv),
    /// Something to be published.
    Submission(ForVillage),
}

impl Kind {
    const fn name(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Submission(_) => "submission",
        }
    }
}

/// What was sent from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// A request, as its terminal is told.
    Request(RequestReceipt),
    /// A submission, by its id.
    Submission(String),
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: String,
    /// What is sent from there.
    pub kind: Kind,
    /// Until when.
    pub expires_at_ms: i64,
    /// SHA-256 of what the telephone has that claimed it.
    pub claim_hash: Option<String>,
    /// What was sent from there.
    pub sent: Option<Sent>,
}

/// Makes a link. Those of the same terminal or account that nobody claimed end with it: their QR code is shown no
/// longer.
///
/// # Errors
/// The database failed, or there is nothing with an id of `kind`.
pub fn create(
    tx: &mut WriteTx<'_>,
    token_hash: &str,
    kind: &Kind,
    expires_at_ms: i64,
    now_ms: i64,
) -> Result<String> {
    let id = new_id(now_ms);
    let (at, village) = match kind {
        Kind::Request(at) => (Some(at), None),
        Kind::Submission(village) => (None, Some(village)),
    };
    tx.execute(
        "DELETE FROM phone_links WHERE claim_hash IS NULL AND (terminal_id = ?1 OR account_id = ?2)",
        params![
            at.map(|it| it.terminal_id.as_str()),
            village.map(|it| it.account_id.as_str())
        ],
    )?;
    tx.execute(
        "INSERT INTO phone_links (id, token_hash, kind, terminal_id, category_id, member_id, organization_id,
             account_id, created_at_ms, expires_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            &id,
            token_hash,
            kind.name(),
            at.map(|it| it.terminal_id.as_str()),
            at.map(|it| it.category_id.as_str()),
            at.and_then(|it| it.member_id.as_deref()),
            village.map(|it| it.organization_id.as_str()),
            village.map(|it| it.account_id.as_str()),
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

/// The link with this id that this account gave.
///
/// # Errors
/// The database failed.
pub fn of_account(tx: &mut Tx<'_>, account_id: &str, id: &str) -> Result<Option<Link>> {
    let sql = format!("{SELECT} WHERE account_id = ?1 AND id = ?2");
    tx.query_opt(&sql, params![account_id, id])?
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
        "UPDATE phone_links SET claim_hash = ?2
         WHERE id = ?1 AND claim_hash IS NULL AND receipt IS NULL AND submission_id IS NULL
           AND expires_at_ms > ?3",
        params![id, claim_hash, now_ms],
    )? > 0)
}

/// Keeps what was sent from a telephone; nothing is kept if something was sent before.
///
/// # Errors
/// The database failed.
pub fn sent(tx: &mut WriteTx<'_>, id: &str, sent: &Sent) -> Result<bool> {
    let (receipt, submission_id) = match sent {
        Sent::Request(receipt) => (Some(to_json(receipt)?), None),
        Sent::Submission(id) => (None, Some(id.as_str())),
    };
    Ok(tx.execute(
        "UPDATE phone_links SET receipt = ?2, submission_id = ?3
         WHERE id = ?1 AND receipt IS NULL AND submission_id IS NULL",
        params![id, receipt, submission_id],
    )? > 0)
}

/// Ends those of a terminal.
///
/// # Errors
/// The database failed.
pub(crate) fn end_at(tx: &mut WriteTx<'_>, terminal_id: &str) -> Result<()> {
    let sql = "DELETE FROM phone_links WHERE terminal_id = ?1";
    tx.execute(sql, params![terminal_id])?;
    Ok(())
}

/// Ends those of a member.
///
/// # Errors
/// The database failed.
pub(crate) fn end_of_member(tx: &mut WriteTx<'_>, member_id: &str) -> Result<()> {
    let sql = "DELETE FROM phone_links WHERE member_id = ?1";
    tx.execute(sql, params![member_id])?;
    Ok(())
}

/// Ends those that an account gave and from which nothing was sent: who sent something may see what becomes of it.
///
/// # Errors
/// The database failed.
pub(crate) fn end_of_account(tx: &mut WriteTx<'_>, account_id: &str) -> Result<()> {
    let sql = "DELETE FROM phone_links WHERE account_id = ?1 AND submission_id IS NULL";
    tx.execute(sql, params![account_id])?;
    Ok(())
}

/// Throws away links whose time was over too long ago, of requests and of submissions, and those from which
/// nothing was sent as those of requests; answers how many.
///
/// # Errors
/// The database failed.
pub fn purge(
    tx: &mut WriteTx<'_>,
    requests_before_ms: i64,
    submissions_before_ms: i64,
) -> Result<u64> {
    tx.execute(
        "DELETE FROM phone_links
         WHERE (expires_at_ms < ?1 AND submission_id IS NULL) OR expires_at_ms < ?2",
        params![requests_before_ms, submissions_before_ms],
    )
}

fn read(row: &Row) -> Result<Link> {
    let damaged = || Error::Damaged("a page of a telephone that is for nothing".into());
    let wanted = |text: Option<String>| text.ok_or_else(damaged);
    let kind = match row.text(1)?.as_str() {
        "request" => Kind::Request(AtTv {
            terminal_id: wanted(row.opt_text(2)?)?,
            category_id: wanted(row.opt_text(3)?)?,
            member_id: row.opt_text(4)?,
        }),
        "submission" => Kind::Submission(ForVillage {
            organization_id: wanted(row.opt_text(5)?)?,
            account_id: wanted(row.opt_text(6)?)?,
        }),
        _ => return Err(damaged()),
    };
    let sent = match (row.opt_text(9)?, row.opt_text(10)?) {
        (Some(receipt), _) => Some(Sent::Request(from_json(&receipt)?)),
        (None, Some(id)) => Some(Sent::Submission(id)),
        (None, None) => None,
    };
    Ok(Link {
        id: row.text(0)?,
        kind,
        expires_at_ms: row.int(7)?,
        claim_hash: row.opt_text(8)?,
        sent,
    })
}
