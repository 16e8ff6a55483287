//! The log of duty rooms: one line for each look. A line is written when a look begins, ended once,
//! and never changed or taken away after that.

use contract::duty::DutyLook;

use super::Record;
use crate::codec::new_id;
use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::Result;

const SELECT: &str = "SELECT id, room_id, room_title, looked_by, opened_at_ms, closed_at_ms, organization_id FROM duty_looks";

/// A line of the log, and whose log it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line.
    pub look: DutyLook,
    /// The place that was looked into.
    pub organization_id: String,
}

/// A look begins; `by` is who looks, as the place reads it.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut WriteTx<'_>, room: &Record, by: &str, now_ms: i64) -> Result<DutyLook> {
    let look = DutyLook {
        id: new_id(now_ms),
        room_id: room.id.clone(),
        room_title: room.title.clone(),
        by: by.to_owned(),
        opened_at_ms: now_ms,
        closed_at_ms: None,
    };
    tx.execute(
        "INSERT INTO duty_looks (id, room_id, organization_id, room_title, looked_by, opened_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            &look.id,
            &look.room_id,
            &room.organization.id,
            &look.room_title,
            by,
            now_ms
        ],
    )?;
    super::changed(tx, &room.organization.id);
    Ok(look)
}

/// A look is over. Tells whether it went on until now.
///
/// # Errors
/// The database failed.
pub fn close(tx: &mut WriteTx<'_>, id: &str, now_ms: i64) -> Result<bool> {
    // A clock that was put back must not make a look end before it began.
    let closed = tx.query_opt(
        "UPDATE duty_looks SET closed_at_ms = CASE WHEN opened_at_ms > ?2 THEN opened_at_ms ELSE ?2 END
         WHERE id = ?1 AND closed_at_ms IS NULL RETURNING organization_id",
        params![id, now_ms],
    )?;
    if let Some(row) = &closed {
        super::changed(tx, &row.text(0)?);
    }
    Ok(closed.is_some())
}

pub(super) fn close_all_of(tx: &mut WriteTx<'_>, room_id: &str, now_ms: i64) -> Result<()> {
    let closed = tx.query(
        "UPDATE duty_looks SET closed_at_ms = ?2 WHERE room_id = ?1 AND closed_at_ms IS NULL
         RETURNING organization_id",
        params![room_id, now_ms],
    )?;
    for row in &closed {
        super::changed(tx, &row.text(0)?);
    }
    Ok(())
}

/// The line with this id.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, id: &str) -> Result<Option<Line>> {
    tx.query_opt(&format!("{SELECT} WHERE id = ?1"), params![id])?
        .as_ref()
        .map(line)
        .transpose()
}

/// At most `limit` lines of a room, newest first, begun before the one with the id `before`.
///
/// # Errors
/// The database failed.
pub fn of_room(
    tx: &mut Tx<'_>,
    room_id: &str,
    before: Option<&str>,
    limit: u32,
) -> Result<Vec<DutyLook>> {
    let sql = format!(
        "{SELECT} WHERE room_id = ?1 AND (CAST(?2 AS TEXT) IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3"
    );
    let rows = tx.query(&sql, params![room_id, before, limit])?;
    rows.iter().map(|row| Ok(line(row)?.look)).collect()
}

/// What a place reads: all looks that go on, then at most `limit` that are over, newest first.
///
/// # Errors
/// The database failed.
pub fn of_place(tx: &mut Tx<'_>, organization_id: &str, limit: u32) -> Result<Vec<DutyLook>> {
    let going_on =
        format!("{SELECT} WHERE organization_id = ?1 AND closed_at_ms IS NULL ORDER BY id DESC");
    let over = format!(
        "{SELECT} WHERE organization_id = ?1 AND closed_at_ms IS NOT NULL ORDER BY id DESC LIMIT ?2"
    );
    let mut rows = tx.query(&going_on, params![organization_id])?;
    rows.extend(tx.query(&over, params![organization_id, limit])?);
    rows.iter().map(|row| Ok(line(row)?.look)).collect()
}

/// Every look that goes on.
///
/// # Errors
/// The database failed.
pub fn going_on(tx: &mut Tx<'_>) -> Result<Vec<Line>> {
    let sql = format!("{SELECT} WHERE closed_at_ms IS NULL ORDER BY id");
    tx.query(&sql, params![])?.iter().map(line).collect()
}

fn line(row: &Row) -> Result<Line> {
    Ok(Line {
        look: DutyLook {
            id: row.text(0)?,
            room_id: row.text(1)?,
            room_title: row.text(2)?,
            by: row.text(3)?,
            opened_at_ms: row.int(4)?,
            closed_at_ms: row.opt_int(5)?,
        },
        organization_id: row.text(6)?,
    })
}
