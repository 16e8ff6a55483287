//! How far each terminal has watched each programme.

use contract::played::Played;
use contract::terminal::{Progress, ProgressReport};

use crate::driver::{Row, Tx, WriteTx, params};
use crate::error::{Error, Result};

const COLUMNS: &str = "programme_id, position_ms, watched_ms, finished, at_ms";

/// Adds a report. Position and length follow the report with the latest `at_ms`, whichever comes
/// in last; time watched adds up. The same report twice counts twice, so it is sent under an
/// [idempotency key](crate::idempotency).
///
/// The programme is finished once most of it was played, all reports together and each minute once;
/// what the terminal thinks of that is not asked. It stays so.
///
/// # Errors
/// [`Error::NotFound`] if there is no such programme or terminal.
pub fn record(
    tx: &mut WriteTx<'_>,
    terminal_id: &str,
    programme_id: &str,
    report: &ProgressReport,
) -> Result<Progress> {
    let known = tx.query_opt(
        "SELECT p.duration_ms FROM programmes p CROSS JOIN terminals t WHERE p.id = ?1 AND t.id = ?2",
        params![programme_id, terminal_id],
    )?;
    let length_ms = known.ok_or(Error::NotFound("programme"))?.int(0)?;
    let sql = format!(
        "INSERT INTO progress (terminal_id, programme_id, position_ms, duration_ms, watched_ms, finished, at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)
         ON CONFLICT (terminal_id, programme_id) DO UPDATE SET
             position_ms = CASE WHEN excluded.at_ms > progress.at_ms
                           THEN excluded.position_ms ELSE progress.position_ms END,
             duration_ms = CASE WHEN excluded.at_ms > progress.at_ms
                           THEN excluded.duration_ms ELSE progress.duration_ms END,
             watched_ms = progress.watched_ms + excluded.watched_ms,
             at_ms = CASE WHEN excluded.at_ms > progress.at_ms THEN excluded.at_ms ELSE progress.at_ms END
         RETURNING {COLUMNS}, duration_ms, played"
    );
    let row = tx.query_one(
        &sql,
        params![
            terminal_id,
            programme_id,
            report.position_ms,
            report.duration_ms,
            report.watched_ms,
            report.at_ms
        ],
    )?;
    let mut known = progress(&row)?;
    // The server's own measure, unless it has none.
    let length_ms = if length_ms > 0 {
        length_ms
    } else {
        row.int(5)?
    };
    let mut played = Played::parse(&row.text(6)?);
    played.extend(&report.part());
    known.finished |= played.finishes(length_ms);
    tx.execute(
        "UPDATE progress SET played = ?3, finished = ?4 WHERE terminal_id = ?1 AND programme_id = ?2",
        params![terminal_id, programme_id, played.to_string(), known.finished],
    )?;
    Ok(known)
}

/// What is known of one programme at one terminal.
///
/// # Errors
/// The database failed.
pub fn get(tx: &mut Tx<'_>, terminal_id: &str, programme_id: &str) -> Result<Option<Progress>> {
    let sql =
        format!("SELECT {COLUMNS} FROM progress WHERE terminal_id = ?1 AND programme_id = ?2");
    tx.query_opt(&sql, params![terminal_id, programme_id])?
        .as_ref()
        .map(progress)
        .transpose()
}

/// Everything a terminal has watched, latest first.
///
/// # Errors
/// The database failed.
pub fn list(tx: &mut Tx<'_>, terminal_id: &str) -> Result<Vec<Progress>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM progress WHERE terminal_id = ?1 ORDER BY at_ms DESC, programme_id"
    );
    tx.query(&sql, params![terminal_id])?
        .iter()
        .map(progress)
        .collect()
}

fn progress(row: &Row) -> Result<Progress> {
    Ok(Progress {
        programme_id: row.text(0)?,
        position_ms: row.int(1)?,
        watched_ms: row.int(2)?,
        finished: row.truth(3)?,
        at_ms: row.int(4)?,
    })
}
