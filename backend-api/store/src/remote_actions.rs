//! What staff ask terminals to do from afar. A terminal is told of it by the [journal](crate::journal); when it
//! is too late for it is the caller's to say.

use contract::remote_action::RemoteKind;
use contract::station_check::StationCheck;

use crate::codec::{from_json, from_name, new_id, pieces, placeholders, to_json, to_name};
use crate::driver::{Row, Tx, Value, WriteTx, params};
use crate::error::{Error, Result};
use crate::journal::{self, Audience, Topic};
use crate::part::Part;

pub(crate) const PART: Part = Part {
    tables: &["remote_actions"],
    ..Part::EMPTY
};

const SELECT: &str = "SELECT id, terminal_id, kind, asked_by, asked_at_ms, taken_at_ms, done_at_ms, found \
                      FROM remote_actions";

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
    /// What a check found.
    pub found: Option<StationCheck>,
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

/// What each of these terminals was asked last of one kind since then, in no particular order.
///
/// # Errors
/// The database failed.
pub fn latest(
    tx: &mut Tx<'_>,
    terminal_ids: &[&str],
    kind: RemoteKind,
    since_ms: i64,
) -> Result<Vec<Record>> {
    let mut found = Vec::with_capacity(terminal_ids.len());
    for ids in pieces(terminal_ids) {
        let ids = ids.iter().copied();
        let sql = format!(
            "{SELECT} WHERE id IN (SELECT MAX(id) FROM remote_actions
                 WHERE kind = ?1 AND asked_at_ms >= ?2 AND terminal_id IN ({}) GROUP BY terminal_id)",
            placeholders(3, ids.len())
        );
        let mut values = vec![Value::from(to_name(&kind)?), Value::from(since_ms)];
        values.extend(ids.map(Value::from));
        for row in tx.query(&sql, &values)? {
            found.push(record(&row)?);
        }
    }
    Ok(found)
}

/// Notes that a terminal has it.
///
/// # Errors
/// The database failed.
pub fn taken(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<()> {
    tx.execute(
        "UPDATE remote_actions SET taken_at_ms = ?2 WHERE id = ?1 AND taken_at_ms IS NULL",
        params![id, now_ms],
    )?;
    Ok(())
}

/// Notes that it is done, and what a check found. What was said first stays.
///
/// # Errors
/// The database failed.
pub fn done(
    tx: &mut WriteTx<'_>,
    id: &str,
    found: Option<&StationCheck>,
    now_ms: i64,
) -> Result<()> {
    taken(tx, id, now_ms)?;
    tx.execute(
        "UPDATE remote_actions SET done_at_ms = ?2, found = ?3 WHERE id = ?1 AND done_at_ms IS NULL",
        params![id, now_ms, found.map(to_json).transpose()?],
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
        found: row.opt_text(7)?.map(|json| from_json(&json)).transpose()?,
    })
}
