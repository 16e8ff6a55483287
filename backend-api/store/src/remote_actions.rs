//! What staff ask terminals to do from afar. A terminal is told of it by the [journal](crate::journal); when it
//! is too late for it is the caller's to say.

use contract::remote_action::RemoteKind;

use crate::codec::{from_name, new_id, to_name};
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["remote_actions"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT id, terminal_id, kind, asked_by, asked_at_ms, taken_at_ms, done_at_ms FROM remote_actions";

/// What is kept of what one terminal was asked; older ones are forgotten when another is asked.
pub const KEPT: u32 = 50;

/// Something that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Id.
    pub id: String,
    /// Of which terminal.
    pub terminal_id: String,
    /// What.
    pub kind: RemoteKind,
    /// Login name of who asked.
    pub asked_by: String,
    /// When, Unix milliseconds.
    pub asked_at_ms: i64,
    /// When the terminal said that it has it.
    pub taken_at_ms: Option<i64>,
    /// When the terminal said that it is done.
    pub done_at_ms: Option<i64>,
}

/// Asks a terminal to do something; it is told.
///
/// # Errors
/// The database failed.
pub fn ask(
    tx: &mut WriteTx<'_>,
    terminal_id: &str,
    kind: RemoteKind,
    asked_by: &str,
    now_ms: i64,
) -> Result<Record> {
    let id = new_id(now_ms);
    tx.execute(
        "INSERT INTO remote_actions (id, terminal_id, kind, asked_by, asked_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![&id, terminal_id, to_name(&kind)?, asked_by, now_ms],
    )?;
    tx.execute(
        "DELETE FROM remote_actions WHERE terminal_id = ?1 AND id NOT IN
             (SELECT id FROM remote_actions WHERE terminal_id = ?1 ORDER BY id DESC LIMIT ?2)",
        params![terminal_id, KEPT],
    )?;
    journal::touch(tx, Topic::RemoteActions, Audience::Terminal(terminal_id));
    get(tx, &id)?.ok_or(Error::NotFound("remote action"))
}

/// One of them.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Record>> {
    tx.query_opt(&format!("{SELECT} WHERE id = ?1"), params![id])?
        .as_ref()
        .map(record)
        .transpose()
}

/// At most `limit` of what a terminal was asked, the latest first.
///
/// # Errors
/// The database failed.
pub fn list(tx: &mut Tx<'_>, terminal_id: &str, limit: u32) -> Result<Vec<Record>> {
    let sql = format!("{SELECT} WHERE terminal_id = ?1 ORDER BY id DESC LIMIT ?2");
    let rows = tx.query(&sql, params![terminal_id, limit])?;
    rows.iter().map(record).collect()
}

/// What a terminal was asked since then and is not done, the first first.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut Tx<'_>, terminal_id: &str, since_ms: i64) -> Result<Vec<Record>> {
    let sql = format!(
        "{SELECT} WHERE terminal_id = ?1 AND done_at_ms IS NULL AND asked_at_ms >= ?2 ORDER BY id"
    );
    let rows = tx.query(&sql, params![terminal_id, since_ms])?;
    rows.iter().map(record).collect()
}

/// Notes that a terminal has it, and whether it is done. The first time that each was said stays.
///
/// # Errors
/// The database failed.
pub fn report(tx: &mut WriteTx<'_>, id: &str, done: bool, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE remote_actions SET taken_at_ms = COALESCE(taken_at_ms, ?2),
             done_at_ms = CASE WHEN ?3 = 1 THEN COALESCE(done_at_ms, ?2) ELSE done_at_ms END
         WHERE id = ?1",
        params![id, now_ms, done],
    )?;
    Ok(())
}

fn record(row: &Row) -> Result<Record> {
    Ok(Record {
        id: row.text(0)?,
        terminal_id: row.text(1)?,
        kind: from_name(row.text(2)?)?,
        asked_by: row.text(3)?,
        asked_at_ms: row.int(4)?,
        taken_at_ms: row.opt_int(5)?,
        done_at_ms: row.opt_int(6)?,
    })
}
