//! What happened to a request, numbered from 1.

use std::fmt;

use contract::request::Happened;

use super::small;
use crate::codec::{from_name, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;

/// What happened, to be written down.
#[derive(Clone, PartialEq, Eq)]
pub struct New {
    /// What.
    pub what: Happened,
    /// Who, as an asker may know it; empty: the clock.
    pub who: String,
    /// The account.
    pub login: Option<String>,
    /// What was said; empty where it is sealed.
    pub text: String,
    /// What was said, sealed.
    pub text_sealed: Option<String>,
    /// Only staff see it.
    pub is_internal: bool,
}

// What was said is nobody else's business.
impl fmt::Debug for New {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("New")
            .field("what", &self.what)
            .field("is_internal", &self.is_internal)
            .finish_non_exhaustive()
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number within the request.
    pub number: u32,
    /// When.
    pub at_ms: i64,
    /// What.
    pub said: New,
}

/// The number that the next entry of a request gets: what is said in it is sealed for it.
///
/// # Errors
/// The database failed.
pub fn next(tx: &mut Tx<'_>, request_id: &str) -> Result<u32> {
    let row = tx.query_one(
        "SELECT COALESCE(MAX(number), 0) + 1 FROM request_history WHERE request_id = ?1",
        params![request_id],
    )?;
    small(row.int(0)?)
}

/// Writes an entry down; answers its number.
///
/// # Errors
/// The database failed.
pub fn add(tx: &mut WriteTx<'_>, request_id: &str, said: &New, at_ms: i64) -> Result<u32> {
    let number = next(tx, request_id)?;
    tx.execute(
        "INSERT INTO request_history (request_id, number, at_ms, what, who, login, text, text_sealed, is_internal)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            request_id,
            number,
            at_ms,
            to_name(&said.what)?,
            &said.who,
            said.login.as_deref(),
            &said.text,
            said.text_sealed.as_deref(),
            said.is_internal
        ],
    )?;
    Ok(number)
}

/// Everything that happened to a request, the oldest first.
///
/// # Errors
/// The database failed.
pub fn of(tx: &mut Tx<'_>, request_id: &str) -> Result<Vec<Entry>> {
    tx.query(
        "SELECT number, at_ms, what, who, login, text, text_sealed, is_internal FROM request_history
         WHERE request_id = ?1 ORDER BY number",
        params![request_id],
    )?
    .iter()
    .map(read)
    .collect()
}

fn read(row: &Row) -> Result<Entry> {
    Ok(Entry {
        number: small(row.int(0)?)?,
        at_ms: row.int(1)?,
        said: New {
            what: from_name(row.text(2)?)?,
            who: row.text(3)?,
            login: row.opt_text(4)?,
            text: row.text(5)?,
            text_sealed: row.opt_text(6)?,
            is_internal: row.truth(7)?,
        },
    })
}
